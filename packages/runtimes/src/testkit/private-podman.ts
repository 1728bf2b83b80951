import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './private-containerd.ts';

const programs = ['/usr/bin/podman', '/usr/sbin/runc', '/usr/bin/busybox'];

/** Why Podman cannot run here, or null. Tests that need it name this when they skip. */
export function whyNoPodman(): string | null {
  const missing = programs.find((program) => !existsSync(program));
  if (missing !== undefined) {
    return `${missing} is not installed`;
  }
  return process.getuid?.() === 0 ? null : "the test's Podman needs root";
}

/**
 * A Podman with a store, a state and a socket of its own, whose containers have no network. Its folder looks like the
 * root of a host whose only runtime it is.
 */
export class PrivatePodman {
  readonly folder: string;
  readonly socket: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #service: ChildProcess;

  private constructor(folder: string, socket: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.socket = socket;
    this.#env = env;
    const log = openSync(join(folder, 'log'), 'w');
    const words = ['system', 'service', '--time', '0', `unix://${socket}`];
    this.#service = spawn('podman', words, { env, stdio: ['ignore', log, log] });
  }

  static async start(): Promise<PrivatePodman> {
    const folder = mkdtempSync(join(tmpdir(), 'lanner-podman-'));
    mkdirSync(join(folder, 'run/podman'), { recursive: true });
    ['proc', 'sys', 'etc'].forEach((name) => {
      symlinkSync(`/${name}`, join(folder, name));
    });
    const [storage, containers] = [join(folder, 'storage.conf'), join(folder, 'containers.conf')];
    writeFileSync(storage, storageSettings(folder));
    writeFileSync(containers, containerSettings(folder));
    const socket = join(folder, 'run/podman/podman.sock');
    const started = new PrivatePodman(folder, socket, {
      ...process.env,
      CONTAINERS_CONF: containers,
      CONTAINERS_STORAGE_CONF: storage,
    });
    await waitUntil(() => existsSync(socket));
    return started;
  }

  podman(...args: readonly string[]): string {
    return execFileSync('podman', args, { encoding: 'utf8', stdio: 'pipe', env: this.#env }).trim();
  }

  /** Its containers are removed. */
  async stop(): Promise<void> {
    this.podman('rm', '--all', '--force', '--time', '0');
    const ended = new Promise((resolve) => this.#service.once('exit', resolve));
    this.#service.kill();
    await ended;
    // The store is a mount point of itself as long as a container runs.
    this.podman('unmount', '--all', '--force');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function storageSettings(folder: string): string {
  return `[storage]
driver = "overlay"
graphroot = "${folder}/var/lib/containers/storage"
runroot = "${folder}/run/containers/storage"
`;
}

function containerSettings(folder: string): string {
  // The usual limits may be more than this machine may set.
  return `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
netns = "none"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "${folder}/tmp"
`;
}
