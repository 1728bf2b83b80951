import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { exactJson, type FalcoEvent, type StoredAlert } from '@lanner/api';
import { AppError } from '@lanner/core';
import { AlertExport, exportAudit, exportFindings, openStoreFile, storeFileError } from '@lanner/hub/store';
import { type CommandEnvironment, type CommandInput, flagOption, textOption } from '../command.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { asWriteError } from './backup.ts';
import { dataFolder } from './data-folder.ts';

const usage = 'alerts|findings|audit [--whole] [--output FILE]';
const kinds = ['alerts', 'findings', 'audit'] as const;
/** Characters that are written at once. */
const chunkLength = 256 * 1024;

/** `store export`: one JSON object a line, in memory of one page. 1 when alerts could not be read. */
export async function exportStore(
  environment: CommandEnvironment,
  { values, positionals: [word] }: CommandInput,
): Promise<number> {
  const kind = kinds.find((each) => each === word);
  if (kind === undefined) {
    throw missingArgument('store export', usage, `one of ${kinds.join(', ')}`);
  }
  if (flagOption(values, 'whole') && kind !== 'alerts') {
    throw new AppError('usage.invalid', `store export ${kind} has no option --whole`, {
      hint: 'It is whole.',
    });
  }
  const path = dataFolder(values, environment).of('store.db');
  const database = openStoreFile(path);
  const alerts = new AlertExport(database);
  const sink = sinkOf(textOption(values, 'output'), environment);
  try {
    const lines = {
      alerts: () => mapped(alerts.alerts(), flagOption(values, 'whole') ? exactJson : falcoLine),
      findings: () => mapped(exportFindings(database, environment.now().getTime()), exactJson),
      audit: () => mapped(exportAudit(database), exactJson),
    }[kind]();
    await writeLines(lines, sink.write, environment.signal);
    sink.close();
  } catch (error) {
    throw storeFileError(error, path);
  } finally {
    database.close();
  }
  if (alerts.missing > 0) {
    environment.log.error('alerts are lost or cannot be read; the others are exported', {
      alerts: alerts.missing,
      hint: 'Run lanner store check for what is damaged.',
    });
  }
  return alerts.missing > 0 ? 1 : 0;
}

/** An alert as Falco prints it: members in the order of their names. */
function falcoLine({ event }: StoredAlert): string {
  const { hostname, output, output_fields, priority, rule, source, tags, time } = event;
  const line: Omit<FalcoEvent, 'uuid'> = {
    ...(hostname === undefined ? {} : { hostname }),
    ...{ output, output_fields, priority, rule, source },
    ...(tags === undefined ? {} : { tags }),
    time,
  };
  return exactJson(line);
}

function* mapped<T>(values: Iterable<T>, text: (value: T) => string): Generator<string> {
  for (const value of values) {
    yield text(value);
  }
}

async function writeLines(
  lines: Iterable<string>,
  write: (text: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length >= chunkLength) {
      await write(chunk);
      chunk = '';
      signal.throwIfAborted();
    }
  }
  await write(chunk);
}

interface Sink {
  readonly write: (text: string) => Promise<void>;
  readonly close: () => void;
}

/** Alerts tell much of a machine: a file is readable by its owner only, and never one that is there already. */
function sinkOf(path: string | undefined, { outTaken }: CommandEnvironment): Sink {
  if (path === undefined) {
    return { write: outTaken, close: () => undefined };
  }
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST'
        ? new AppError('file.write', `${path} exists`, { cause: error, hint: 'Give another name.' })
        : asWriteError(path, error);
    }
  };
  const file = guarded(() => openSync(path, 'wx', 0o600));
  return {
    write: (text) => {
      guarded(() => {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length;) {
          at += writeSync(file, bytes, at);
        }
      });
      return Promise.resolve();
    },
    close: () => {
      guarded(() => fsyncSync(file));
      closeSync(file);
    },
  };
}
