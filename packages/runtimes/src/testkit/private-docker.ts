import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from './private-containerd.ts';

const programs = ['/usr/sbin/dockerd', '/usr/bin/docker', '/usr/sbin/runc', '/usr/bin/busybox'];
/** The daemon writes it whatever else it is told. */
const keyFile = '/etc/docker/key.json';
const run = promisify(execFile);

/** Why Docker cannot run here, or null. Tests that need it name this when they skip. */
export function whyNoDocker(): string | null {
  const missing = programs.find((program) => !existsSync(program));
  if (missing !== undefined) {
    return `${missing} is not installed`;
  }
  return process.getuid?.() === 0 ? null : 'dockerd needs root';
}

/**
 * A Docker with a store, a state and a socket of its own, which leaves the network of the machine alone. Its folder
 * looks like the root of a host whose only runtime it is.
 */
export class PrivateDocker {
  readonly folder: string;
  readonly socket: string;
  readonly #daemon: ChildProcess;
  readonly #hadKey: boolean;

  private constructor(folder: string) {
    this.folder = folder;
    this.socket = join(folder, 'run/docker.sock');
    this.#hadKey = existsSync(keyFile);
    const log = openSync(join(folder, 'log'), 'w');
    this.#daemon = spawn('dockerd', daemonOptions(folder, this.socket), { stdio: ['ignore', log, log] });
  }

  static async start(): Promise<PrivateDocker> {
    const folder = mkdtempSync(join(tmpdir(), 'lanner-docker-'));
    mkdirSync(join(folder, 'run'));
    ['proc', 'sys', 'etc'].forEach((name) => {
      symlinkSync(`/${name}`, join(folder, name));
    });
    writeFileSync(join(folder, 'daemon.json'), '{}');
    const started = new PrivateDocker(folder);
    const asks = ['-H', `unix://${started.socket}`, 'version'];
    await waitUntil(() => spawnSync('docker', asks).status === 0);
    return started;
  }

  /** What the command prints. Does not hold up the events of this program. */
  async docker(...args: readonly string[]): Promise<string> {
    return (await run('docker', ['-H', `unix://${this.socket}`, ...args])).stdout.trim();
  }

  /** Its containers have to be gone. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#daemon.once('exit', resolve));
    this.#daemon.kill();
    await ended;
    spawnSync('umount', [join(this.folder, 'exec/netns/default')]);
    rmSync(this.folder, { recursive: true, force: true });
    if (!this.#hadKey) {
      rmSync(keyFile, { force: true });
    }
  }
}

function daemonOptions(folder: string, socket: string): readonly string[] {
  return [
    ...['--config-file', join(folder, 'daemon.json'), '--host', `unix://${socket}`],
    ...['--data-root', join(folder, 'var/lib/docker'), '--exec-root', join(folder, 'exec')],
    ...['--pidfile', join(folder, 'pid'), '--storage-driver', 'vfs'],
    ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--bridge', 'none'],
    ...['--iptables=false', '--ip6tables=false', '--ip-forward=false'],
  ];
}
