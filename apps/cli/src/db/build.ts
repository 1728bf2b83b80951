import {
  type AdvisoryCollector,
  collectAdvisories,
  ownDatabase,
  type SourceFile,
  sourceFiles,
} from '@lanner/scanner';
import { AppError, type Log } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CommandEnvironment, type CommandInput, flagOption, textOption } from '../command.ts';
import { keepHeapsSmall } from '../lib/small-heaps.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { cacheDirOf } from './cache-dir.ts';
import { tellRematch } from './rematch.ts';

/** `db build`: a database out of feeds. Every record is imported, or counted with the reason why not. */
export async function build(
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  if (positionals.length === 0) {
    throw missingArgument('db build', 'SOURCE…', 'a file, folder or archive of advisories');
  }
  // Millions of short records would otherwise let the heap grow beyond what the build needs.
  keepHeapsSmall();
  const { log } = environment;
  const cacheDir = cacheDirOf(values, environment.env);
  const output = textOption(values, 'output') ?? join(cacheDir, ownDatabase);
  const collector = await collectAdvisories(allFiles(positionals, log), { log });
  try {
    if ([...collector.counts().values()].every(({ imported }) => imported === 0)) {
      // An empty database would say of everything that nothing is wrong with it.
      const reasons = countLines(collector).map((line) => `\n  ${line}`);
      throw new AppError(
        'advisory.invalid',
        `no advisories were found in ${positionals.join(', ')}${reasons.join('')}`,
        {
          hint: 'Give files of OSV, of distributions, CSAF or OpenVEX. The database from before stays as it is.',
        },
      );
    }
    makeFolder(dirname(output), { hint: 'Name another file with --output.' });
    // A reader has the old file or the new one.
    collector.write(`${output}.new`);
    renameSync(`${output}.new`, output);
  } finally {
    collector.close();
  }
  if (textOption(values, 'output') === undefined) {
    tellRematch(environment, cacheDir);
  }
  environment.out(flagOption(values, 'json') ? asJson(output, collector) : asText(output, collector));
  return 0;
}

async function* allFiles(paths: readonly string[], log: Log): AsyncGenerator<SourceFile> {
  for (const path of paths) {
    yield* sourceFiles(path, log);
  }
}

function asJson(output: string, collector: AdvisoryCollector): string {
  const feeds = Object.fromEntries(
    [...collector.counts()].map(([feed, { imported, rejected }]) => [
      feed,
      { imported, rejected: Object.fromEntries(rejected) },
    ]),
  );
  return `${JSON.stringify({ output, feeds })}\n`;
}

function asText(output: string, collector: AdvisoryCollector): string {
  return [...countLines(collector), output, ''].join('\n');
}

function countLines(collector: AdvisoryCollector): string[] {
  return [...collector.counts()].flatMap(([feed, { imported, rejected }]) => [
    `${feed}: ${imported} imported`,
    ...[...rejected].map(
      ([reason, { count, examples }]) =>
        `  ${count} not imported: ${reason} (${examples.join(', ')}${count > examples.length ? ', …' : ''})`,
    ),
  ]);
}
