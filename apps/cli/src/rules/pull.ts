import { AppError } from '@lanner/core';
import { loadRules, toByteString } from '@lanner/engine';
import { dockerCredentials, RegistryClient } from '@lanner/runtimes';
import {
  type CommandEnvironment,
  type CommandInput,
  listOption,
  type OptionValues,
  textOption,
} from '../command.ts';
import { builtInPlugins } from '../detect/plugins.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { diskFolder } from '../rule-artifacts/disk-folder.ts';
import { pullRules, type PullOptions } from '../rule-artifacts/pull.ts';
import { report } from '../run.ts';
import { fullReference } from './artifact-names.ts';
import { dockerEffects } from './docker-effects.ts';

const defaultFolder = '/etc/falco';

/** `rules pull`: installs rule artifacts. One that fails does not keep the others from being installed. */
export async function pull(
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  const references = referencesOf(positionals, 'pull');
  const options = pullOptions(environment, values);
  let failed = false;
  for (const reference of references) {
    try {
      const { changed, files, reference: name, digest } = await pullRules(reference, options);
      environment.out(`${name} ${digest} ${changed ? 'installed' : 'unchanged'}: ${files.join(', ')}\n`);
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      failed = true;
      report(error, environment);
    }
  }
  return failed ? 1 : 0;
}

/** The full references that arguments name. Throws AppError for none, and for one that cannot be meant. */
export function referencesOf(positionals: readonly string[], subcommand: string): string[] {
  if (positionals.length === 0) {
    throw missingArgument(`rules ${subcommand}`, 'REF…', 'an artifact, such as falco-rules:3');
  }
  return [...new Set(positionals.map(fullReference))];
}

/** What pulling needs, as the command line says. A stop of the program also ends a request. */
export function pullOptions(environment: CommandEnvironment, values: OptionValues): PullOptions {
  const { env, log, signal } = environment;
  const credentials = dockerEffects(env);
  const client = new RegistryClient({
    fetch: (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) }),
    log,
    credentials: (registry) => dockerCredentials(registry, credentials),
    plainHttp: new Set(listOption(values, 'plain-http')),
  });
  const folder = diskFolder(textOption(values, 'folder') ?? defaultFolder);
  return { client, folder, validate: loadingProblems, log };
}

/** Why rule files could not be run: errors of loading them together, or a plugin that they need and that there is not. */
export function loadingProblems(files: ReadonlyMap<string, string>): string[] {
  const named = [...files].map(([name, text]) => ({ name: toByteString(name), content: toByteString(text) }));
  const { results, pluginProblem } = loadRules(named, { plugins: builtInPlugins });
  const errors = results.flatMap((result) => result.errors);
  return [
    ...errors.map(({ file, line, column, code, message }) => `${file}:${line}:${column}: ${code} ${message}`),
    ...(pluginProblem === null ? [] : [pluginProblem]),
  ];
}
