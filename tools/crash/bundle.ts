import { rolldown } from 'rolldown';

/** Bundles a program of this folder into one file, which starts sooner than its sources, and where there are none. */
export async function bundleProgram(entry: string, file: string): Promise<void> {
  const bundle = await rolldown({ input: entry, platform: 'node' });
  await bundle.write({ format: 'esm', file, codeSplitting: false });
  await bundle.close();
}
