import { AppError } from '@lanner/core';
import { type AppendFile, defineDestination } from '../destination.ts';

export const destination = defineDestination({
  id: 'file',
  title: 'File',
  doc: 'One line an alert, appended to a file; without keep_alive the file is opened anew each time, so that it can be rotated.',
  async open(settings, { openAppend }) {
    const path = settings.text('filename');
    if (path === '') {
      throw new AppError('config.invalid', 'file_output is enabled without a file name', {
        hint: 'Set file_output.filename.',
      });
    }
    const keepAlive = settings.flag('keep_alive');
    // Opened at once, so that a path that cannot be written is told at the start and not with the first alert.
    let file: AppendFile | null = await openAppend(path);
    async function close(): Promise<void> {
      const open = file;
      file = null;
      await open?.close();
    }
    if (!keepAlive) {
      await close();
    }
    return {
      async send(batch) {
        file ??= await openAppend(path);
        await file.append(`${batch.map(({ line }) => line).join('\n')}\n`);
        if (!keepAlive) {
          await close();
        }
      },
      reopen: close,
      close,
    };
  },
});
