import { exportDatabases, importDatabases } from '@lanner/scanner';
import { type CommandEnvironment, type CommandInput, flagOption } from '../command.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { cacheDirOf } from './cache-dir.ts';
import { tellRematch } from './rematch.ts';

/** `db export`: all databases as one file. */
export function exportBundle(environment: CommandEnvironment, input: CommandInput): Promise<number> {
  return run('export', exportDatabases, environment, input);
}

/** `db import`: the databases of such a file, or of an archive as Trivy publishes it. */
export async function importBundle(environment: CommandEnvironment, input: CommandInput): Promise<number> {
  const code = await run('import', importDatabases, environment, input);
  tellRematch(environment, cacheDirOf(input.values, environment.env));
  return code;
}

async function run(
  name: 'export' | 'import',
  act: (cacheDir: string, path: string) => Promise<string[]>,
  { env, out }: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  const [path] = positionals;
  if (path === undefined) {
    throw missingArgument(`db ${name}`, 'FILE', 'a file');
  }
  const files = await act(cacheDirOf(values, env), path);
  out(
    flagOption(values, 'json')
      ? `${JSON.stringify({ path, files })}\n`
      : files.map((file) => `${file}\n`).join(''),
  );
  return 0;
}
