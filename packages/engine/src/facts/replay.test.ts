import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldClasses } from '../fields/registry.gen.ts';
import { compileOutput } from '../format/index.ts';
import { interpret } from '../interpret.ts';
import { createFieldLookup } from '../resolve/lookup.ts';
import { toByteString } from '../rules/bytes.ts';
import { loadRules } from '../rules/load-rules.ts';
import type { LoadedRule } from '../rules/ruleset.ts';
import { testEvent, testState, testThread } from '../testkit/index.ts';
import { insideReader } from './inside.ts';
import { factReplayer, type Replayed } from './replay.ts';

const scope = { fields: createFieldLookup(fieldClasses), source: 'syscall' };

function ruleOf(condition: string): LoadedRule {
  const { enabled, results } = loadRules([
    {
      name: 'f.yaml',
      content: toByteString(
        `- {rule: r, desc: d, priority: INFO, output: x %proc.name, condition: ${JSON.stringify(condition)}}`,
      ),
    },
  ]);
  const [rule] = enabled;
  if (rule === undefined) {
    throw new Error(JSON.stringify(results));
  }
  return rule;
}

function replayed(
  condition: string,
  facts: Record<string, unknown> | undefined,
  printed: Record<string, unknown> = {},
): Replayed {
  return factReplayer(ruleOf(condition).plan)({ ...(facts === undefined ? {} : { facts }), printed });
}

describe('a condition over what is left of an event', () => {
  test('holds, does not, or depends on what is not known', () => {
    const facts = { 'evt.type': 'openat', 'proc.name': 'café', 'fd.name': null, 'fd.num': 3 };
    expect(replayed('evt.type = openat and proc.name = "café"', facts).holds).toBe(true);
    expect(replayed('evt.type = openat and proc.name = sh', facts).holds).toBe(false);
    expect(replayed('evt.type = openat and not fd.name exists and fd.num < 4', facts).holds).toBe(true);
    expect(replayed('evt.type = openat and user.name = root', facts)).toEqual({
      holds: null,
      missing: ['user.name'],
    });
  });

  test('one part may decide alone, and then nothing is missing', () => {
    const facts = { 'evt.type': 'openat', 'proc.name': 'sh' };
    expect(replayed('evt.type = openat and user.name = root and proc.name = no', facts)).toEqual({
      holds: false,
      missing: [],
    });
    expect(replayed('evt.type = openat and (user.name = root or proc.name = sh)', facts).holds).toBe(true);
    expect(replayed('evt.type = openat and not (user.name = root and proc.name = no)', facts).holds).toBe(
      true,
    );
  });

  test('addresses, networks, lists and calls are compared as the event itself', () => {
    const facts = {
      'evt.type': 'connect',
      'fd.sip': '10.1.2.3',
      'fd.net': ['10.1.2.3', '::1'],
      'proc.aname': ['bash', 'sshd'],
      'proc.name': 'CURL',
    };
    const holds = (condition: string): boolean | null =>
      replayed(`evt.type = connect and ${condition}`, facts).holds;
    expect(holds('fd.sip = 10.1.2.3')).toBe(true);
    expect(holds('fd.net in (10.0.0.0/8)')).toBe(true);
    expect(holds('fd.net in (192.168.0.0/16)')).toBe(false);
    expect(holds('proc.aname in (sshd)')).toBe(true);
    expect(holds('tolower(proc.name) = curl')).toBe(true);
    expect(holds('tolower(proc.exepath) = curl')).toBeNull();
    expect(holds('proc.name = val(proc.pname)')).toBeNull();
  });

  test('an alert of somebody else is judged by what it printed, as far as that says', () => {
    const printed = {
      'evt.type': 'openat',
      'proc.name': 'sh',
      'fd.name': '<NA>',
      'fd.num': 3,
      'proc.pid': '3',
    };
    const holds = (condition: string): boolean | null =>
      replayed(`evt.type = openat and ${condition}`, undefined, printed).holds;
    expect(holds('proc.name = sh')).toBe(true);
    expect(holds('fd.num = 3')).toBe(true);
    expect(holds('fd.name = /a')).toBeNull();
    expect(holds('proc.pid = 3')).toBeNull();
    // It printed the parent alone, and the condition looks at all ancestors.
    expect(
      replayed('evt.type = openat and proc.aname = sh', undefined, { ...printed, 'proc.aname': 'sh' }).holds,
    ).toBeNull();
  });

  test('bytes that were no text are not what they were', () => {
    expect(
      replayed('evt.type = openat and proc.name = x', { 'evt.type': 'openat', 'proc.name': 'x\ufffd' }),
    ).toEqual({ holds: null, missing: ['proc.name'] });
  });

  const check = fc.constantFrom(
    'proc.name = sh',
    'proc.name startswith ca',
    'proc.pname in (sshd, init)',
    'fd.num >= 0',
    'fd.name exists',
    'evt.arg.name contains shadow',
    'proc.aname = init',
    'toupper(proc.name) = SH',
    'proc.pid > 3',
    'proc.is_exe_writable = true',
  );
  const condition = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      check,
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} and ${b})`),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} or ${b})`),
      tie('node').map((a) => `not (${a})`),
    ),
  })).node;

  test('all facts of an event answer as the event does, and fewer never answer otherwise', () => {
    const init = testThread({ tid: 1, pid: 1, ptid: 0, comm: 'init' });
    const thread = testThread({ tid: 7, pid: 7, ptid: 1, comm: 'sh', parent: init });
    const event = testEvent('SYSCALL_OPENAT_2_X', [-2, -100, '/etc/shadow', 1, 0, 0, 0], {
      thread,
      state: testState(),
    });
    fc.assert(
      fc.property(condition, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (text, kept) => {
        const rule = ruleOf(`evt.type = openat and ${text}`);
        const output = compileOutput(rule.output, scope);
        if (!output.ok) {
          throw new Error(output.message);
        }
        const { facts } = JSON.parse(insideReader(rule, [output.output], scope).json(event, false)) as {
          facts: Record<string, unknown>;
        };
        const truth = interpret(rule.plan)(event);
        const replay = factReplayer(rule.plan);
        expect(replay({ facts, printed: {} }).holds).toBe(truth);
        const fewer = Object.fromEntries(Object.entries(facts).filter((_, i) => kept[i] === true));
        expect([truth, null]).toContain(replay({ facts: fewer, printed: {} }).holds);
      }),
      { numRuns: 60 },
    );
  });
});
