// A machine under emulation whose power can be cut: with the memory of the guest, what its kernel has not written yet is
// gone, and of what it has written and not flushed nobody knows how much is left.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CutReport, VolatileDisk } from './volatile-disk.ts';
import { type GuestTask, marks, taskWords } from './init.ts';
import { NbdServer } from './nbd-server.ts';

/** What a guest boots. */
export interface GuestImage {
  readonly kernel: string;
  readonly initramfs: string;
}

/** Beside other work the emulated timer is late, which the kernel would take for a broken one. */
const kernelWords = 'console=ttyS0 quiet panic=-1 no_timer_check';
const diskBytes = 512 * 2 ** 20;
/** A boot takes seconds, and many times as long beside other work. */
const patienceMs = 240_000;
/** How long a cut waits for writes. */
const busyPatienceMs = 6000;

/** The disk of a machine; it survives cuts of the power. */
export class PowerDisk {
  readonly #folder: string;
  readonly #disk: VolatileDisk;

  /** Makes a file system in an empty folder; files of `content` are in it. */
  constructor(folder: string, content: string) {
    this.#folder = folder;
    const path = join(folder, 'disk');
    this.#disk = new VolatileDisk(path, diskBytes);
    const words = ['-q', '-F', '-t', 'ext4', '-E', 'lazy_itable_init=0,lazy_journal_init=0', '-d', content];
    execFileSync('mke2fs', [...words, path], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  get socket(): string {
    return join(this.#folder, 'disk.sock');
  }

  async attach(): Promise<NbdServer> {
    rmSync(this.socket, { force: true });
    return NbdServer.listen(this.#disk, this.socket);
  }

  cut(fraction: () => number): CutReport {
    return this.#disk.cut(fraction);
  }

  get flushes(): number {
    return this.#disk.flushes;
  }

  close(): void {
    this.#disk.close();
  }
}

export class PowerGuest {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #disk: PowerDisk;
  readonly #nbd: NbdServer;
  #console = '';
  #isCut = false;

  private constructor(child: ChildProcess, disk: PowerDisk, nbd: NbdServer, onText: (text: string) => void) {
    this.#child = child;
    this.#disk = disk;
    this.#nbd = nbd;
    this.#closed = new Promise((resolve) => child.once('close', resolve));
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#console += chunk.toString();
      onText(chunk.toString());
    });
    child.stderr?.on('data', (chunk: Buffer) => (this.#console += chunk.toString()));
  }

  /** `forwards`: ports of this machine's loopback by ports of the guest. */
  static async boot(
    { kernel, initramfs }: GuestImage,
    disk: PowerDisk,
    task: GuestTask,
    {
      forwards = {},
      onText = () => undefined,
    }: {
      readonly forwards?: Readonly<Record<number, number>>;
      readonly onText?: (text: string) => void;
    } = {},
  ): Promise<PowerGuest> {
    const nbd = await disk.attach();
    const network = Object.entries(forwards).map(
      ([inside, outside]) => `,hostfwd=tcp:127.0.0.1:${outside}-:${inside}`,
    );
    const child = spawn(
      'qemu-system-x86_64',
      [
        ...['-accel', 'tcg', '-M', 'q35', '-cpu', 'max', '-smp', '2', '-m', '1024'],
        ...['-nographic', '-no-reboot', '-nodefaults', '-serial', 'stdio'],
        ...['-kernel', kernel, '-initrd', initramfs],
        ...['-append', `${kernelWords} ${taskWords(task)}`],
        // The guest's flushes come through, and nothing is kept between the guest and the disk.
        ...['-drive', `file=nbd+unix:///?socket=${disk.socket},format=raw,if=none,id=disk,cache=writeback`],
        ...['-device', 'virtio-blk-pci,drive=disk'],
        ...['-netdev', `user,id=net${network.join('')}`, '-device', 'virtio-net-pci,netdev=net,romfile='],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return new PowerGuest(child, disk, nbd, onText);
  }

  get console(): string {
    return this.#console;
  }

  /** Waits for what the guest says. Throws with the console's end when it ends before, or is too slow. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const found = pattern.exec(this.#console);
      if (found !== null) {
        return found;
      }
      const failed = [marks.noDisk, marks.synced].some((mark) => this.#console.includes(mark));
      if (failed || this.#child.exitCode !== null || performance.now() > end) {
        throw new Error(
          `the guest did not say ${pattern.source}: ${this.#console.slice(-3000)} ${this.#nbd.problems.join('; ')}`,
        );
      }
      await sleep(50);
    }
  }

  /**
   * Nothing reaches the disk from this moment on, which is the one at which it has `writes` that were not flushed: they
   * are rare, as what is written is flushed at once. Where there are never so many, it is soon.
   */
  async cut(fraction: () => number, writes: number): Promise<CutReport> {
    const over = new AbortController();
    const late = sleep(busyPatienceMs, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([this.#nbd.freezeAt(writes), late]);
    over.abort();
    this.#nbd.freeze();
    await this.end();
    return this.#disk.cut(fraction);
  }

  /** Ends it without a cut, for whoever does not need the disk any more. */
  async end(): Promise<void> {
    if (!this.#isCut) {
      this.#isCut = true;
      this.#child.kill('SIGKILL');
      await this.#closed;
      await this.#nbd.close();
    }
  }

  /** Resolves when the guest has powered itself off. */
  async poweredOff(): Promise<void> {
    await Promise.race([this.#closed, sleep(patienceMs, undefined, { ref: false })]);
    await this.end();
  }
}
