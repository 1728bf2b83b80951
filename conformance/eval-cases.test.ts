import { describe, expect, test } from 'vitest';
import { bareExecveEvent, defaultTree, execveEvent } from './lib/default-tree.ts';
import { EvalBench } from './lib/eval-bench.ts';
import {
  type AssertStep,
  hasEvalCases,
  type HelperStep,
  readEvalCases,
  type Step,
} from './lib/eval-cases.ts';
import { type EvalSetup, evalSetups } from './lib/eval-setups.ts';
import { serverAddress4, socketFd, tuple4, valueOf, type Values } from './lib/eval-values.ts';

const families: Readonly<Record<string, number>> = { PPM_AF_INET: 2, PPM_AF_INET6: 10 };
const socketTypes: Readonly<Record<string, number>> = { SOCK_STREAM: 1, SOCK_DGRAM: 2 };

describe.skipIf(!hasEvalCases)('events put in one by one (needs ../shared)', () => {
  const cases = readEvalCases().map(
    ({ id, steps }) => [id.slice(id.lastIndexOf('.') + 1), id, steps] as const,
  );

  test.each(cases)('%s (%s)', (name, _id, steps) => {
    const setup = evalSetups[name] ?? {};
    if (setup.without?.steps === 'all') {
      return;
    }
    const bench = new EvalBench();
    const values = setup.values?.() ?? {};
    for (const [i, step] of steps.entries()) {
      setup.before?.[i]?.(bench);
      if (!isLeftOut(setup, i)) {
        run(bench, step, values, i);
      }
    }
  });

  test('every setup belongs to a test', () => {
    const names = new Set(cases.map(([name]) => name));
    expect(Object.keys(evalSetups).filter((name) => !names.has(name))).toEqual([]);
  });
});

function isLeftOut({ without }: EvalSetup, step: number): boolean {
  return without !== undefined && (without.steps === 'all' || without.steps.includes(step));
}

function run(bench: EvalBench, step: Step, values: Values, index: number): void {
  if ('event' in step) {
    bench.inject(
      step.event.replace(/^PPME_/, ''),
      Number(valueOf(step.tid, values)),
      step.params.map((param) => valueOf(param, values)),
    );
  } else if ('helper' in step) {
    help(bench, step, values);
  } else {
    check(bench, step, values, `step ${index}`);
  }
}

function help(bench: EvalBench, { helper, args }: HelperStep, values: Values): void {
  const number = (i: number): number => Number(valueOf(args[i] ?? { lit: 0 }, values));
  const text = (i: number): string => String(valueOf(args[i] ?? { lit: '' }, values));
  switch (helper) {
    case 'open_inspector':
      return;
    case 'add_default_init_thread':
      bench.addInit();
      return;
    case 'DEFAULT_TREE':
      bench.addInit();
      bench.injectAll(defaultTree);
      return;
    case 'generate_random_event':
      bench.inject('SOCKET_GETSOCKNAME_X', number(0), []);
      return;
    case 'generate_getcwd_failed_entry_event':
      bench.inject('SYSCALL_GETCWD_X', 1, [-1, '/test/dir']);
      return;
    case 'generate_proc_exit_event':
      bench.inject('PROCEXIT_1_E', number(0), [0, -1, 0, 0, number(1)]);
      return;
    case 'generate_socket_exit_event':
      bench.inject('SOCKET_SOCKET_X', 1, [socketFd, ...socketParams(args[0]), 0, 0]);
      return;
    case 'generate_connect_exit_event':
      bench.inject('SOCKET_CONNECT_X', 1, [0, tuple4, socketFd, serverAddress4]);
      return;
    case 'generate_execve_enter_and_exit_event': {
      const trusted = args[7] === undefined ? {} : { trustedPath: text(7) };
      const ids = { result: number(0), tid: number(2), pid: number(3), ptid: number(4) };
      bench.injectAll([execveEvent({ ...ids, path: text(5), comm: text(6), ...trusted })]);
      return;
    }
    case 'generate_execve_exit_event_with_default_params': {
      const pid = number(0);
      const ids = { result: 0, tid: pid, pid, ptid: pid };
      bench.injectAll([execveEvent({ ...ids, path: text(1), comm: text(2), trustedPath: '' })]);
      return;
    }
    case 'generate_execve_exit_event_with_empty_params':
      bench.injectAll([bareExecveEvent(number(0), text(1), text(2))]);
      return;
    default:
      throw new Error(`nobody has written the helper ${helper}`);
  }
}

/** Family and type, from `socket_params(PPM_AF_INET6,SOCK_DGRAM)`; an IPv4 stream when not said. */
function socketParams(operand: HelperStep['args'][number] | undefined): [family: number, type: number] {
  const said = operand !== undefined && 'expr' in operand ? operand.expr : '';
  const [, family = 'PPM_AF_INET', type = 'SOCK_STREAM'] = /\((\w+),(\w+)\)$/.exec(said) ?? [];
  return [families[family] ?? 0, socketTypes[type] ?? 0];
}

function check(bench: EvalBench, step: AssertStep, values: Values, where: string): void {
  switch (step.assert) {
    case 'field': {
      const name = String(valueOf(step.field, values));
      expect(bench.text(name), `${where}: ${name}`).toBe(String(valueOf(step.equals, values)));
      return;
    }
    case 'field_has_value': {
      const name = String(valueOf(step.text, values));
      expect(bench.hasValue(name), `${where}: ${name}`).toBe(step.expect);
      return;
    }
    case 'eval_filter': {
      const condition = String(valueOf(step.text, values));
      expect(bench.matches(condition), `${where}: ${condition}`).toBe(step.expect);
      return;
    }
    case 'throws': {
      const condition = throwingCondition(step.expr);
      expect(() => bench.matches(condition), `${where}: ${condition}`).toThrow();
    }
  }
}

/** The condition of `eval_filter(evt,"…")`. */
function throwingCondition(expression: string): string {
  const quoted = /^eval_filter\(evt,("(?:[^"\\]|\\.)*")\)$/.exec(expression)?.[1];
  if (quoted === undefined) {
    throw new Error(`no condition in ${expression}`);
  }
  return JSON.parse(quoted) as string;
}
