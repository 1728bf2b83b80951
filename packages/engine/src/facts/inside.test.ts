import { describe, expect, test } from 'vitest';
import { fieldClasses } from '../fields/registry.gen.ts';
import { compileOutput } from '../format/output.ts';
import { createFieldLookup } from '../resolve/lookup.ts';
import { loadRules } from '../rules/load-rules.ts';
import type { Thread } from '../state.ts';
import { testEvent, testState, testThread } from '../testkit/index.ts';
import { insideReader } from './inside.ts';

const scope = { fields: createFieldLookup(fieldClasses), source: 'syscall' };

interface Inside {
  readonly facts: Record<string, unknown>;
  readonly lineage: readonly Record<string, unknown>[];
  readonly matched?: readonly string[];
}

function insideOf(rules: string, thread: Thread, path: string, withMatched = true): Inside {
  const [rule] = loadRules([{ name: 'f.yaml', content: rules }]).enabled;
  if (rule === undefined) {
    throw new Error('the rule did not load');
  }
  const output = compileOutput(rule.output, scope);
  if (!output.ok) {
    throw new Error(output.message);
  }
  const event = testEvent('SYSCALL_OPENAT_2_X', [-2, -100, path, 1, 0, 0, 0], { thread, state: testState() });
  return JSON.parse(insideReader(rule, [output.output], scope).json(event, withMatched)) as Inside;
}

const init = testThread({ tid: 1, pid: 1, ptid: 0, comm: 'init', exePath: '/sbin/init' });
const shell = testThread({
  tid: 7,
  pid: 7,
  ptid: 1,
  comm: 'caf\xc3\xa9',
  exePath: '/bin/sh',
  args: ['-c', 'x'],
  cloneTs: 1_795_719_160_104_123_457n,
  parent: init,
});

const rule = `
- rule: Reads
  desc: d
  condition: >
    evt.type = openat and (proc.name = sh or proc.name startswith caf or proc.name = zsh)
    and not proc.pname in (sshd, cron) and fd.num < 0 and evt.arg.name contains shadow
  output: by %proc.cmdline %user.name
  priority: NOTICE
  exceptions:
    - name: e
      fields: [proc.aname, fd.sip]
      comps: [in, '=']
      values: [[[nobody], 1.2.3.4]]
`;

describe('what an alert has inside', () => {
  test('values of all fields that exceptions, condition and output name, with their types', () => {
    expect(insideOf(rule, shell, '/etc/shadow').facts).toEqual({
      'evt.type': 'openat',
      'evt.arg.name': '/etc/shadow',
      'fd.num': -1,
      'fd.sip': null,
      'proc.aname': ['init'],
      'proc.cmdline': 'café -c x',
      'proc.name': 'café',
      'proc.pname': 'init',
      'user.name': 'root',
    });
  });

  test('the process and those it comes from', () => {
    expect(insideOf(rule, shell, '/etc/shadow').lineage).toEqual([
      { name: 'café', exe: '/bin/sh', args: '-c x', pid: 7, startTimeNs: '1795719160104123457' },
      { name: 'init', exe: '/sbin/init', args: '', pid: 1, startTimeNs: '' },
    ]);
  });

  test('the leaves that the condition holds by, and of an or those that are true', () => {
    expect(insideOf(rule, shell, '/etc/shadow').matched).toEqual([
      'evt.type = openat',
      'proc.name startswith caf',
      'fd.num < 0',
      'evt.arg.name contains shadow',
    ]);
    expect(insideOf(rule, shell, '/etc/shadow', false).matched).toBeUndefined();
  });

  test('a value that is too long is left out, as one that is cut would be compared wrongly', () => {
    const { facts } = insideOf(rule, shell, `/${'x'.repeat(2000)}/shadow`);
    expect(facts).not.toHaveProperty(['evt.arg.name']);
    expect(facts).toHaveProperty(['proc.name'], 'café');
  });

  test('it is bounded, whatever processes say of themselves', () => {
    const long = testThread({ tid: 9, pid: 9, comm: 'c', args: ['\x01"'.repeat(50_000)], parent: shell });
    let deep = long;
    for (let tid = 100; tid < 140; tid++) {
      deep = testThread({ tid, pid: tid, args: ['\x01'.repeat(5000)], parent: deep });
    }
    const inside = insideOf(rule, deep, '/etc/shadow');
    expect(inside.lineage).toHaveLength(16);
    expect(JSON.stringify(inside).length).toBeLessThan(65_536);
  });
});
