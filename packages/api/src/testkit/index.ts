export { requiredOf, soundValue, type UsualTexts } from './sound-value.ts';
