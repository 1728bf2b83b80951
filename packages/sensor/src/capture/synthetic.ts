import { EventView } from '@lanner/engine';
import { blankState } from './blank-state.ts';
import { CaptureFile } from './capture-file.ts';
import { encodeEvent, type EventParam } from './encode-event.ts';
import { eventAt, eventHeaderBytes } from './format.ts';
import { seededRandom } from './seeded-random.ts';
import { emptyThread } from './thread-entry.ts';
import type { CaptureWriter } from './writer.ts';

export interface SyntheticOptions {
  /** Events to write, about. Default 1,500,000. */
  readonly events?: number;
  /** Different paths that are opened. Default 10,000. */
  readonly paths?: number;
  /** Processes, each with arguments of its own. Default 10,000. */
  readonly processes?: number;
  /** The same seed writes the same bytes. Default 1. */
  readonly seed?: number;
  /** Default true. */
  readonly gzip?: boolean;
}

const shellTid = 1000;
const firstTid = 2000;
const cpuCount = 4;
const firstTs = 1_700_000_000_000_000_000n;
const cgroups = ['cpu=/system.slice/worker.service', 'memory=/system.slice/worker.service', 'pids=/'];

/**
 * Writes a capture for benchmarks: a shell runs programs one after the other, and each opens, looks at and closes
 * files, so that two thirds of the events are `openat` and `close`. No rule of Falco's stable set fires on it.
 * Gives the number of events. Throws `file.write`.
 */
export async function writeSyntheticCapture(path: string, options: SyntheticOptions = {}): Promise<number> {
  const { events = 1_500_000, paths = 10_000, processes = 10_000, seed = 1, gzip = true } = options;
  const file = new CaptureFile(path, { gzip, level: 1 });
  const recorder = new Recorder(file.writer, seededRandom(seed), paths);
  recorder.system();
  const eventsPerProcess = Math.max(1, Math.round(events / processes));
  for (let i = 0; i < processes; i++) {
    recorder.process(i, eventsPerProcess);
    if (file.isFull) {
      await file.drained();
    }
  }
  await file.close();
  return recorder.events;
}

/** An event that is written many times, with some of its numbers changed. */
interface Template {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

class Recorder {
  events = 0;
  readonly #writer: CaptureWriter;
  readonly #random: (below: number) => number;
  readonly #event = new EventView(blankState);
  readonly #opens: readonly Template[];
  readonly #looks: readonly Template[];
  readonly #close = template('SYSCALL_CLOSE_X', [0, 3]);
  readonly #brk = template('SYSCALL_BRK_4_X', [0x5500_0000, 4096, 1024, 0, 0]);
  readonly #exit = template('PROCEXIT_1_E', [0, 0, 0, 0, 1]);
  #ts = firstTs;

  constructor(writer: CaptureWriter, random: (below: number) => number, paths: number) {
    this.#writer = writer;
    this.#random = random;
    this.#opens = Array.from({ length: paths }, (_, i) =>
      template('SYSCALL_OPENAT_2_X', [3, -100, pathName(i), 1, 0, 0x801, 100_000 + i]),
    );
    this.#looks = [
      template('SYSCALL_READ_X', [64, 'the first bytes of a file, as they are read', 3, 4096]),
      template('SYSCALL_NEWFSTATAT_X', [0, 3, '', 0x1000]),
      template('SYSCALL_FCNTL_X', [0, 3, 2, 1]),
      template('SYSCALL_GETDENTS64_X', [0, 3]),
      template('GENERIC_X', [60, 60]),
    ];
  }

  system(): void {
    const writer = this.#writer;
    writer.section();
    writer.machine({ cpuCount, memoryBytes: 2 ** 34, hostname: 'synthetic', bootTs: firstTs - 10n ** 12n });
    writer.user({ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/bash' });
    writer.group({ gid: 0, name: 'root' });
    const init = { ...emptyThread(), tid: 1, pid: 1, vtid: 1, vpid: 1, comm: 'init', exe: '/sbin/init' };
    writer.thread({ ...init, exePath: '/sbin/init', cwd: '/', root: '/' });
    const shell = { ...emptyThread(), tid: shellTid, pid: shellTid, ptid: 1, vtid: shellTid, vpid: shellTid };
    writer.thread({ ...shell, comm: 'bash', exe: 'bash', exePath: '/usr/bin/bash', cwd: '/srv/', root: '/' });
  }

  /** One program from its start to its end, in about `count` events. */
  process(index: number, count: number): void {
    const tid = firstTid + index;
    const cpu = index % cpuCount;
    this.#once('SYSCALL_CLONE_20_X', cloneParams(tid, shellTid, shellTid), shellTid, cpu);
    this.#once('SYSCALL_CLONE_20_X', cloneParams(0, tid, shellTid), tid, cpu);
    this.#once('SYSCALL_EXECVE_19_X', execveParams(tid, index), tid, cpu);
    this.#write(this.#brk, tid, cpu);
    for (let left = count - 5; left >= 3; left -= 3) {
      const fd = 3 + this.#random(8);
      const open = this.#pick(this.#opens);
      setFd(open, 0, 7, fd);
      this.#write(open, tid, cpu);
      this.#write(this.#pick(this.#looks), tid, cpu);
      setFd(this.#close, 1, 2, fd);
      this.#write(this.#close, tid, cpu);
    }
    this.#write(this.#exit, tid, cpu);
  }

  #once(code: string, params: readonly EventParam[], tid: number, cpu: number): void {
    this.#write(template(code, params), tid, cpu);
  }

  #write({ bytes, view }: Template, tid: number, cpu: number): void {
    this.#ts += BigInt(500 + this.#random(2000));
    view.setBigUint64(eventAt.ts, this.#ts, true);
    view.setUint32(eventAt.tid, tid, true);
    this.#event.reset(bytes, view, 0, cpu);
    this.#writer.event(this.#event);
    this.events++;
  }

  #pick(templates: readonly Template[]): Template {
    // The index is below the length, and no list is empty.
    return templates[this.#random(templates.length)] as Template;
  }
}

function template(code: string, params: readonly EventParam[]): Template {
  const bytes = encodeEvent(code, params);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** Overwrites a descriptor among the first parameters, which must all take eight bytes. */
function setFd({ view }: Template, index: number, paramCount: number, fd: number): void {
  view.setUint32(eventHeaderBytes + 2 * paramCount + 8 * index, fd, true);
}

function cloneParams(result: number, tid: number, parent: number): readonly EventParam[] {
  const ids = [tid, tid, tid === parent ? 1 : parent];
  const usage = [1024, 0, 10, 4096, 1024, 0];
  const rest = [0x0100_0000, 0, 0, tid, tid, 0];
  return [result, 'bash', [], ...ids, '/srv', ...usage, 'bash', cgroups, ...rest];
}

function execveParams(tid: number, index: number): readonly EventParam[] {
  const name = `tool-${index % 100}`;
  const path = `/usr/local/bin/${name}`;
  const args = ['--config', `/srv/conf/${index}.yaml`, '--job', `job-${index * 7919}`, '--verbose'];
  const env = ['PATH=/usr/local/bin:/usr/bin', 'HOME=/root', `JOB=${index}`];
  const usage = [1024, 0, 10, 4096, 1024, 0];
  const identity = [0, tid, 0xffff_ffff, 0];
  const file = [0, 0, 0, 5000 + (index % 100), firstTs - 10n ** 15n, firstTs - 10n ** 15n];
  return [
    0,
    name,
    args,
    tid,
    tid,
    shellTid,
    '/srv',
    ...usage,
    name,
    cgroups,
    env,
    ...identity,
    ...file,
    0,
    path,
    tid,
    0,
    path,
  ];
}

function pathName(index: number): string {
  const folder = ['/srv/data', '/usr/share/app', '/var/lib/app', '/opt/app/lib'][index % 4] ?? '/srv';
  return `${folder}/${(index % 97).toString(36)}/${(index * 2_654_435_761) % 1_000_003}-${index}.dat`;
}
