import { expect, test } from 'vitest';
import { parseConsole } from './guest.ts';
import { containerId, marks } from './init.ts';

const said = `\u001bc\u001b[?7l\u001b[2JFirmware\r\n
${marks.output}\r
{"ok":true,"seen":2,"missing":[],"latencyMs":{"p50":1,"p99":2}}\r
${marks.errors}\r
warn: something\r
${marks.end} 0\r
${marks.cgroups} v2 12:00:00: Notice id=${containerId.slice(0, 12)} container_id=x \r
${marks.cgroups} v1 error: none \r
[    9.5] reboot: Power down\r
`;

test('what the self-test and the container said is taken out of the console', () => {
  const run = parseConsole(said);
  expect(run).toMatchObject({
    exitCode: 0,
    output: '{"ok":true,"seen":2,"missing":[],"latencyMs":{"p50":1,"p99":2}}\n',
    errors: 'warn: something\n',
    containers: { v2: true, v1: false },
  });
  // A layout that was not tried is no failure.
  expect(Object.keys(run.containers)).toEqual(['v2', 'v1']);
  expect(run.console.startsWith('Firmware\n')).toBe(true);
});

test('a guest that ended early said nothing', () => {
  const run = parseConsole(said.slice(0, said.indexOf(marks.end)));
  expect(run).toMatchObject({ exitCode: null, output: '', errors: '', containers: {} });
});
