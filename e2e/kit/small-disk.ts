import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

/** A file system of its own in memory, that can be made full and given room. Only for root. */
export class SmallDisk {
  readonly path: string;

  constructor(path: string, bytes: number) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path]);
  }

  resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.path]);
  }

  unmount(): void {
    spawnSync('umount', ['--lazy', this.path]);
  }
}

/** A file system of its own in a file, that ends up read-only as one does after an error of the disk. Only for root. */
export class FailingDisk {
  readonly path: string;
  readonly #image: string;
  #device = '';

  constructor(path: string, bytes: number) {
    this.path = path;
    this.#image = `${path}.img`;
    mkdirSync(path, { recursive: true });
    writeFileSync(this.#image, '');
    execFileSync('truncate', ['--size', String(bytes), this.#image]);
    execFileSync('mkfs.ext4', ['-q', this.#image]);
    this.mount();
  }

  mount(): void {
    execFileSync('mount', ['-o', 'loop,errors=remount-ro', this.#image, this.path]);
    this.#device = execFileSync('losetup', ['--associated', this.#image, '--noheadings', '--output', 'NAME'])
      .toString()
      .trim()
      .replace('/dev/', '');
  }

  /** The kernel finds an error in it, and lets nothing be written any more. */
  fail(): void {
    writeFileSync(`/sys/fs/ext4/${this.#device}/trigger_fs_error`, 'test');
  }

  /** As whoever looks after the machine mends it. */
  mend(): void {
    execFileSync('umount', [this.path]);
    spawnSync('e2fsck', ['-y', this.#image]);
    this.mount();
  }

  unmount(): void {
    spawnSync('umount', ['--lazy', this.path]);
  }
}

/** Why such disks cannot be made here; null when they can. */
export function whyNoDisks(folder: string): string | null {
  try {
    new SmallDisk(`${folder}/trial`, 65_536).unmount();
    return null;
  } catch {
    return 'needs root that may mount';
  }
}

/** The same for a disk in a file. */
export function whyNoFailingDisk(folder: string): string | null {
  try {
    const disk = new FailingDisk(`${folder}/trial-ext4`, 2 ** 21);
    disk.fail();
    disk.unmount();
    return null;
  } catch {
    return 'needs root that may mount, loop devices, and mkfs.ext4';
  }
}
