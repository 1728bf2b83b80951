import {
  allCapabilities,
  createFieldLookup,
  evaluateOperand,
  EventView,
  type FieldClass,
  fieldClasses,
  fdTypes,
  interpret,
  type Operand,
  parseCondition,
  readOperandText,
  resolveCondition,
  type Thread,
  type User,
} from '../../packages/engine/src/index.ts';
import { printReader } from '../../packages/engine/src/format/operand.ts';
import { valuePrinter } from '../../packages/engine/src/format/value-printer.ts';
import { eventBytes, type TestParam } from '../../packages/engine/src/testkit/index.ts';
import type { ThreadRecord } from '../../packages/sensor/src/capture/records.ts';
import { StateTables } from '../../packages/sensor/src/state/tables.ts';
import type { Injected } from './default-tree.ts';
import { sampleFields } from './sample-fields.ts';

const firstTs = 1_566_230_400_000_000_000n;
const stepNs = 10_000_000n;
/** Plugins of the tests, by their number. */
const pluginSources: ReadonlyMap<number, string> = new Map([
  [0, 'syscall'],
  [999, 'sample_source'],
]);

const classes: readonly FieldClass[] = [...fieldClasses, sampleFields];
const scope = {
  fields: createFieldLookup(classes),
  source: null,
  eventNames: new Set(['sampleasync', 'sampleticker']),
};

/** A small machine: state tables that events are put into, and the event that came last. */
export class EvalBench {
  readonly state = new StateTables();
  readonly event = new EventView(this.state);
  #nextTs = firstTs;
  #num = 0;

  /** Process 1, called init, with one open file. */
  addInit(): void {
    const { sink } = this.state;
    sink.thread(initThread);
    this.change(1, { cloneTs: this.#takeTs() });
    sink.fd(1, {
      fd: 0,
      ino: 5,
      type: fdTypes.fileV2,
      name: '/dev/null',
      openFlags: 1,
      dev: 0,
      sip: '',
      dip: '',
      sport: 0,
      dport: 0,
      l4: 0,
      unixSource: 0n,
      unixDest: 0n,
    });
  }

  inject(code: string, tid: number, params: readonly TestParam[]): void {
    const bytes = eventBytes(code, params, { tid, ts: this.#takeTs() });
    const { event } = this;
    event.reset(bytes, new DataView(bytes.buffer), 0, 1);
    event.num = ++this.#num;
    const isForeign = code === 'PLUGINEVENT_E' || code === 'ASYNCEVENT_E';
    event.pluginId = isForeign ? event.u32(0) : 0;
    event.source = pluginSources.get(event.pluginId) ?? '';
    this.state.apply(event);
  }

  injectAll(events: readonly Injected[]): void {
    for (const { code, tid, params } of events) {
      this.inject(code, tid, params);
    }
  }

  change(tid: number, properties: Partial<Thread>): void {
    const thread = this.state.thread(tid);
    if (thread === null) {
      throw new Error(`thread ${tid} is not known`);
    }
    Object.assign(thread, properties);
  }

  setUser(user: User): void {
    this.state.users.setUser('', user);
  }

  removeUser(uid: number): void {
    this.state.users.deleteUser('', uid);
  }

  /** A field of the last event as an output shows it; null when it has none. */
  text(name: string): string | null {
    const operand = operandOf(name);
    const value = printReader(operand, 'dots')(this.event);
    if (value === null) {
      return null;
    }
    // Texts are compared as bytes: what of them is no UTF-8 is only replaced in messages.
    return operand.type === 'CHARBUF' && typeof value === 'string'
      ? value
      : valuePrinter(operand, 'dots').text(value);
  }

  hasValue(name: string): boolean {
    return evaluateOperand(operandOf(name), this.event) !== null;
  }

  /** Whether a condition holds for the last event. Throws for one that is not valid. */
  matches(condition: string): boolean {
    const parsed = parseCondition(condition);
    if (!parsed.ok) {
      throw new Error(parsed.message);
    }
    const resolved = resolveCondition(parsed.expr, scope);
    if (!resolved.ok) {
      throw new Error(resolved.message);
    }
    return interpret(resolved.plan)(this.event);
  }

  #takeTs(): bigint {
    const ts = this.#nextTs;
    this.#nextTs += stepNs;
    return ts;
  }
}

function operandOf(name: string): Operand {
  const reading = readOperandText(name, scope);
  if (!reading.ok) {
    throw new Error(reading.message);
  }
  return reading.operand;
}

const initThread: ThreadRecord = {
  tid: 1,
  pid: 1,
  ptid: 0,
  sid: 0,
  vpgid: 1,
  pgid: 0,
  vtid: 1,
  vpid: 1,
  comm: 'init',
  exe: '/sbin/init',
  exePath: '/sbin/init',
  args: ['context', 'ls', '--format', '{{json .}}'],
  cwd: '/root/',
  root: '/',
  env: ['TEST_ENV_PARENT_LINEAGE=secret', 'HOME=/home/user/parent'],
  cgroups: [],
  fdLimit: 0x10_0000,
  flags: 0,
  uid: 0,
  gid: 0,
  loginuid: 0xffff_ffff,
  vmSizeKb: 10_000,
  vmRssKb: 100,
  vmSwapKb: 0,
  majorFaults: 222,
  minorFaults: 22,
  pidnsInitStartTs: 0n,
  tty: 0,
  capInheritable: 0n,
  capPermitted: allCapabilities,
  capEffective: allCapabilities,
  exeInode: 0n,
  exeInodeCtime: 0n,
  exeInodeMtime: 0n,
  exeWritable: true,
  exeUpperLayer: false,
  exeLowerLayer: false,
  exeFromMemfd: false,
};
