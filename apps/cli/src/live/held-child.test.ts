import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '@lanner/core';
import { afterAll, expect, test } from 'vitest';
import { openAlertStream } from './alert-stream.ts';
import { isForeground } from './forward-signals.ts';
import { holdChild } from './held-child.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-held-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const env = { PATH: process.env['PATH'] };

test('a held command does nothing until it is released; its exit code is told', async () => {
  const file = join(folder, 'a b');
  const child = holdChild(['sh', '-c', 'echo "$0 $1" > "$2"; exit 7', 'x', '$y', file], env);
  await sleep(50);
  expect(existsSync(file)).toBe(false);
  expect(readlinkSync(`/proc/${child.pid}/exe`)).not.toBe('');
  child.release();
  expect(await child.exit).toBe(7);
  expect(readFileSync(file, 'latin1')).toBe('x $y\n');
});

test('the command inherits the environment, and no descriptor of ours', async () => {
  const file = join(folder, 'inherited');
  const child = holdChild(['sh', '-c', `{ env; ls /proc/$$/fd; } > ${file}`], { ...env, ONE: '1' });
  child.release();
  expect(await child.exit).toBe(0);
  const lines = readFileSync(file, 'latin1').split('\n');
  expect(lines).toContain('ONE=1');
  expect(lines.filter((line) => line.includes('lanner_'))).toEqual([]);
  expect(lines).not.toContain('3');
});

test('an end by a signal is 128 and its number', async () => {
  const child = holdChild(['sleep', '60'], env);
  child.release();
  await sleep(50);
  child.kill('SIGTERM');
  expect(await child.exit).toBe(128 + 15);
});

test('a command that is not there is told of before anything is started', () => {
  expect(() => holdChild(['no-such-command'], env)).toThrow('the command no-such-command is not found');
  writeFileSync(join(folder, 'plain'), '');
  expect(() => holdChild([join(folder, 'plain')], env)).toThrow('is not found');
});

test('signals of a terminal reach its foreground group by themselves', () => {
  expect(isForeground('1 (a) b) S 0 55 55 34816 55 4194304')).toBe(true);
  expect(isForeground('1 (x) S 0 55 55 34816 77 4194304')).toBe(false);
  expect(isForeground('1 (x) S 0 55 55 0 -1 4194304')).toBe(false);
});

test('alerts go to a file, and nowhere that cannot be written', async () => {
  const file = join(folder, 'alerts');
  const hub = openAlertStream(file, () => undefined, silentLog);
  hub.send({ line: 'one', priority: 4 });
  hub.send({ line: 'two', priority: 4 });
  await hub.close(1000);
  expect(readFileSync(file, 'latin1')).toBe('one\ntwo\n');
  expect(() => openAlertStream('fd:777', () => undefined, silentLog)).toThrow(
    '--alerts fd:777 cannot be written',
  );
  let written = '';
  const stderr = openAlertStream(undefined, (text) => (written += text), silentLog);
  stderr.send({ line: 'three', priority: 4 });
  await stderr.close(1000);
  expect(written).toBe('three\n');
});
