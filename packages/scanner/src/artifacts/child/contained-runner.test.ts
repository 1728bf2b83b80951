import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { AppError, silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import type { AnalysisSettings } from '../analysis-settings.ts';
import type { LayerResult } from '../layer-analyzer.ts';
import { defaultLimits } from '../limits.ts';
import { containedRunner } from './contained-runner.ts';
import type { AnalysisProcess } from './process.ts';
import type { AnalysisSetup, FromAnalysis, Job, ToAnalysis } from './protocol.ts';

const settings = {} as AnalysisSettings;

/** A process that looks at files in turn, and ends at one that is too much for it. */
function fakeProcess(deadly: readonly string[], setups: AnalysisSetup[]): AnalysisProcess {
  const child = new EventEmitter();
  const end = Promise.withResolvers<AppError>();
  let isCareful = false;
  let isOver = false;
  function tell(message: FromAnalysis): void {
    if (!isOver) {
      child.emit('message', message);
    }
  }
  function work({ id, leftOut, ...job }: Job): void {
    const files = job.kind === 'folder' ? job.path.split(' ') : [];
    const read = files.filter((file) => !leftOut.some(({ path }) => path === file));
    for (const path of ['', ...read]) {
      if (isCareful) {
        tell({ kind: 'reading', id, reading: { path } });
      }
      if (deadly.includes(path)) {
        isOver = true;
        end.resolve(new AppError('artifact.limit', 'it needs more than 9 MiB', { hint: 'Allow more.' }));
        return;
      }
    }
    const result = { files: read.length, problems: leftOut, complete: leftOut.length === 0 };
    // Members that the runner only hands on.
    tell({ kind: 'done', id, result: result as unknown as LayerResult });
  }
  Object.assign(child, {
    connected: true,
    send(message: ToAnalysis) {
      if (message.kind === 'setup') {
        setups.push(message.setup);
        isCareful = message.setup.isCareful === true;
      } else if (message.kind !== 'fetched' && !isOver) {
        queueMicrotask(() => work(message));
      }
    },
  });
  return { child: child as unknown as ChildProcess, ended: end.promise, stop: () => Promise.resolve() };
}

function runnerOver(deadly: readonly string[]) {
  const setups: AnalysisSetup[] = [];
  const runner = containedRunner({
    startProcess: () => fakeProcess(deadly, setups),
    ...{ settings, limits: defaultLimits, folder: '', width: 2, log: silentLog },
  });
  return { runner, setups, read: (path: string) => runner.folder(path, () => undefined) };
}

test('what ends the process is left out and named, the rest is read, one thing at a time', async () => {
  const { read, setups } = runnerOver(['bomb', 'mine']);
  const [first, other] = await Promise.all([read('a bomb b mine c'), read('x y')]);
  const message = 'left out, because it needs more than 9 MiB. Allow more.';
  expect(first).toMatchObject({
    files: 3,
    complete: false,
    problems: [
      { path: 'bomb', code: 'artifact.limit', message },
      { path: 'mine', code: 'artifact.limit', message },
    ],
  });
  expect(other).toEqual({ files: 2, problems: [], complete: true });
  expect(setups.map(({ width, isCareful }) => [width, isCareful])).toEqual([
    [2, false],
    [1, true],
    [1, true],
    [1, true],
  ]);
});

test('a process that ends before it looks at anything is not started again and again', async () => {
  const { read, setups } = runnerOver(['']);
  await expect(read('a')).rejects.toThrow('it needs more than 9 MiB');
  expect(setups.length).toBe(3);
});

test('an artifact of which every file ends the process is given up', async () => {
  const bombs = Array.from({ length: 40 }, (_, i) => `bomb-${i}`);
  const { read, setups } = runnerOver(bombs);
  await expect(read(bombs.join(' '))).rejects.toThrow('it needs more than 9 MiB');
  expect(setups.length).toBe(12);
});

test('nothing is started once it is closed', async () => {
  const { runner, read, setups } = runnerOver(['bomb']);
  const reading = read('bomb');
  await runner.close();
  await expect(reading).rejects.toThrow('it needs more than 9 MiB');
  expect(setups.length).toBe(1);
});
