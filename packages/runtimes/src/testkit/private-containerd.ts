import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const programs = ['/usr/bin/containerd', '/usr/bin/ctr', '/usr/sbin/runc', '/usr/bin/busybox'];
export const pauseImage = 'localhost/pause:1';

/** Why containerd cannot run here, or null. Tests that need it name this when they skip. */
export function whyNoContainerd(): string | null {
  const missing = programs.find((program) => !existsSync(program));
  if (missing !== undefined) {
    return `${missing} is not installed`;
  }
  return process.getuid?.() === 0 ? null : 'containerd needs root';
}

/**
 * A containerd with a socket, a store and a state of its own. Its folder looks like the root of a host whose only
 * runtime it is: commands that are told so (HOST_ROOT) find no other.
 */
export class PrivateContainerd {
  readonly folder: string;
  readonly socket: string;
  readonly #daemon: ChildProcess;

  private constructor(folder: string, socket: string, daemon: ChildProcess) {
    this.folder = folder;
    this.socket = socket;
    this.#daemon = daemon;
  }

  static async start(): Promise<PrivateContainerd> {
    const folder = mkdtempSync(join(tmpdir(), 'lanner-ctd-'));
    const socket = join(folder, 'run/containerd/containerd.sock');
    mkdirSync(join(folder, 'run/containerd'), { recursive: true });
    ['proc', 'sys', 'etc'].forEach((name) => {
      symlinkSync(`/${name}`, join(folder, name));
    });
    writeFileSync(join(folder, 'config.toml'), configuration(folder, socket));
    const log = openSync(join(folder, 'log'), 'w');
    const daemon = spawn('containerd', ['-c', join(folder, 'config.toml')], {
      stdio: ['ignore', log, log],
      // A terminal's Ctrl-C is not for it: it is needed until its containers are gone.
      detached: true,
    });
    const started = new PrivateContainerd(folder, socket, daemon);
    try {
      await waitUntil(() => started.works('default', 'version'));
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  ctr(namespace: string, ...args: readonly string[]): string {
    return execFileSync('ctr', ['-a', this.socket, '-n', namespace, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  /** Whether the command succeeds. */
  works(namespace: string, ...args: readonly string[]): boolean {
    try {
      this.ctr(namespace, ...args);
      return true;
    } catch (error) {
      return error === null;
    }
  }

  /** The configuration that runc got, beside the id of the first process. */
  bundle(namespace: string, id: string): string {
    return join(this.folder, 'run/containerd/io.containerd.runtime.v2.task', namespace, id);
  }

  /** Its containers have to be gone. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#daemon.once('exit', resolve));
    this.#daemon.kill();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function configuration(folder: string, socket: string): string {
  return `version = 2
root = "${folder}/root"
state = "${folder}/run/containerd"
[grpc]
  address = "${socket}"
[ttrpc]
  address = "${folder}/ttrpc.sock"
[plugins]
  [plugins."io.containerd.internal.v1.opt"]
    path = "${folder}/opt"
  [plugins."io.containerd.grpc.v1.cri"]
    sandbox_image = "${pauseImage}"
    restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`;
}

/** Removes an empty control group and those in it, in every hierarchy, where they lie at `path` below the root. */
export function removeControlGroup(path: string): void {
  const root = '/sys/fs/cgroup';
  for (const parent of ['', ...readdirSync(root)]) {
    removeFolders(join(root, parent, path));
  }
}

function removeFolders(folder: string): void {
  if (!existsSync(join(folder, 'cgroup.procs'))) {
    return;
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      removeFolders(join(folder, entry.name));
    }
  }
  rmdirSync(folder);
}

/** Waits for up to 30 s. */
export async function waitUntil(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (holds()) {
      return;
    }
    await sleep(20);
  }
  throw new Error('waited in vain');
}
