import { AppError } from './errors.ts';

/** What the errors of the system mean, and what to do about them. */
const known: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  ENOENT: ['there is no such file or folder', 'Check the path; a relative one starts in the current folder.'],
  ENOTDIR: ['a part of its path is no folder', 'Check the path.'],
  EISDIR: ['it is a folder', 'Name a file.'],
  EACCES: ['permission is denied', 'Change its permissions, or run as a user who may read it.'],
  EPERM: ['permission is denied', 'Change its permissions, or run as a user who may read it.'],
};

/** The failure to read a file that someone named: `subject` says which. */
export function unreadable(subject: string, error: unknown): AppError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const [problem, hint] = known[code] ?? [message, undefined];
  return new AppError('file.read', `${subject} cannot be read: ${problem}`, { cause: error, hint });
}
