import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heaps of a process that lives long small, those of its threads included: the young generation stays as it is at
 * the start, and the old one grows in small steps. Otherwise V8 lets the young one of each thread grow to 48 MB under load,
 * which saves processor time that a server does not miss.
 */
export function keepHeapsSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--memory-saver-mode');
}
