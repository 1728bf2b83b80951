export type { SbomContent } from './decode.ts';
export { readSbom } from './read.ts';
