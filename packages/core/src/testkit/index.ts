export { type Random, randomNumbers } from './random-numbers.ts';
