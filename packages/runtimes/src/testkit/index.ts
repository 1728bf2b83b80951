export { type TarInput, withChecksum, writeTar } from './tar-writer.ts';
