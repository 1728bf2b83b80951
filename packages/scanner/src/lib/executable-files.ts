import type { FileInfo } from '../analyzer.ts';

const anyExecute = 0o111;
/** The shortest programs that there can be. */
const smallest = 4;

/** Whether a file may be a program, by its permissions, or by its name where those are not kept. */
export function mayBeProgram({ path, size, mode }: FileInfo): boolean {
  return size >= smallest && ((mode & anyExecute) !== 0 || path.endsWith('.exe'));
}
