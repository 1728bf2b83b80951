import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadLibbpf } from './libbpf.ts';

test('without libbpf there is one sentence, and what to install', async () => {
  // A file that is there and is no library.
  const noLibrary = fileURLToPath(import.meta.url);
  await expect(loadLibbpf([noLibrary])).rejects.toMatchObject({
    code: 'sensor.unavailable',
    message: 'The live sensor needs libbpf.so.1 (libbpf 1.0 or newer), which was not found.',
    hint: expect.stringContaining('apt-get install libbpf1') as unknown,
  });
});
