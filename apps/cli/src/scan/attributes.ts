import { AppError } from '@lanner/core';

const maxValueBytes = 64;

/** Reads short extended attributes by the system call, as Node cannot; null where calls cannot be made. */
export async function attributeReader(): Promise<((path: string, name: string) => Buffer | null) | null> {
  try {
    // The sensor brings the rule engine along, and only layers on disk have attributes.
    const { systemCaller } = await import('@lanner/sensor');
    const call = await systemCaller();
    return (path, name) => {
      const value = Buffer.alloc(maxValueBytes);
      const length = call('lgetxattr', path, name, value, maxValueBytes);
      return length > 0 ? value.subarray(0, length) : null;
    };
  } catch (error) {
    // A machine without the library: layers are then read from their archives.
    if (error instanceof AppError || (error as NodeJS.ErrnoException).code !== undefined) {
      return null;
    }
    throw error;
  }
}
