import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { objectPath } from '../build-bpf.ts';
import { functionsOf, type Instruction } from './functions.ts';
import { fallsIntoLoop, frameBytes, loopsEnteredInside, stackUses } from './limits.ts';

const mostStackBytes = 512;

describe.each(['x86_64', 'aarch64'] as const)('the committed BPF object for %s', (name) => {
  const object = readFileSync(objectPath(name));

  test('has room on the stack of kernel 6.1 for all of its functions', () => {
    const uses = stackUses(object);
    expect(uses.map(({ program }) => program).sort()).toEqual([
      'lanner_exec',
      'lanner_exit',
      'lanner_fork',
      'lanner_sys_exit',
    ]);
    expect(uses.filter(({ bytes }) => bytes > mostStackBytes)).toEqual([]);
  });

  test('has no loop that kernel 6.1 does not take', () => {
    expect(loopsEnteredInside(object)).toEqual([]);
  });

  test('is understood: functions that are called, and those that the kernel calls for them', () => {
    const functions = functionsOf(object);
    const calleesOf = (caller: string): readonly string[] =>
      functions.find((one) => one.name === caller)?.callees ?? [];
    expect(calleesOf('lanner_sys_exit')).toEqual(expect.arrayContaining(['fill_row', 'record_message']));
    expect(calleesOf('build_path')).toEqual(['take_names', 'walk_step']);
  });
});

function instruction(code: number, rest: Partial<Instruction> = {}): Instruction {
  return { code, to: 0, from: 0, offset: 0, immediate: 0, ...rest };
}
const exit = instruction(0x95);
const store = (offset: number): Instruction => instruction(0x7b, { to: 10, offset });
const load = (offset: number): Instruction => instruction(0x79, { from: 10, offset });
const pointer = instruction(0xbf, { to: 2, from: 10 });
const add = (immediate: number): Instruction => instruction(0x07, { to: 2, immediate });
const jumpIf = (offset: number): Instruction => instruction(0x15, { offset });
const jump = (offset: number): Instruction => instruction(0x05, { offset });
const set = instruction(0xb7);

test.each([
  ['nothing', [exit], 0],
  ['what is stored and loaded', [store(-8), load(-24), exit], 24],
  ['an immediate that is stored', [instruction(0x7a, { to: 10, offset: -40 }), exit], 40],
  ['what lies behind a pointer', [pointer, set, add(-72), exit], 72],
])('a frame: %s', (_, body, bytes) => {
  expect(frameBytes(body, 'f')).toBe(bytes);
});

test('a frame pointer that is used otherwise is refused: the check would miss something', () => {
  expect(() => frameBytes([pointer, set, exit], 'f')).toThrow('f uses its frame pointer');
  expect(() => frameBytes([pointer, instruction(0x0f, { to: 2, from: 3 }), exit], 'f')).toThrow('at 0');
});

test.each([
  ['without one', [set, jumpIf(1), set, exit], []],
  ['a loop whose end jumps to its start', [set, set, jumpIf(-2), exit], []],
  // From 1 the search comes to 3, from there to 2, and that falls on to 3, which is still open.
  ['a loop that is entered in the middle of a turn', [set, jump(1), set, jumpIf(-2), exit], [2]],
])('a loop: %s', (_, body, found) => {
  expect(fallsIntoLoop(body)).toEqual(found);
});
