import { expect, test } from 'vitest';
import { falcoLog } from './falco-log.ts';

function lines(json: boolean, level: string): string[] {
  const written: string[] = [];
  const log = falcoLog({
    json,
    level,
    write: (text) => written.push(text),
    now: () => new Date(0),
    hostname: 'demo',
  });
  log.debug('a');
  log.info('rules loaded', { files: 2, path: 'a b' });
  log.error('c');
  return written;
}

test('text lines carry time, level and details', () => {
  expect(lines(false, 'info')).toEqual([
    '1970-01-01T00:00:00.000Z: Informational: rules loaded (files=2 path="a b")\n',
    '1970-01-01T00:00:00.000Z: Error: c\n',
  ]);
});

test('with json_output every line is a JSON object', () => {
  expect(lines(true, 'info').map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { hostname: 'demo', level: 'Informational', message: 'rules loaded', details: { files: 2 } },
    { level: 'Error' },
  ]);
});

test('the configured level holds', () => {
  expect(lines(false, 'error')).toHaveLength(1);
  expect(lines(false, 'debug')).toHaveLength(3);
});
