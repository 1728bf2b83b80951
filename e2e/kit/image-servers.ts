import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, listening } from './real-server.ts';
import { until } from './waits.ts';

/** Servers that a test starts on loopback, with all that they keep below one folder. */
export class ImageServers {
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Debian's docker-registry. Gives its host and port. */
  async registry(): Promise<string> {
    const [port = 0] = await freePorts(1);
    const config = join(this.#folder, 'registry.yml');
    writeFileSync(
      config,
      `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${this.#folder}/registry}}\nhttp: {addr: 127.0.0.1:${port}}\n`,
    );
    this.#children.push(spawn('docker-registry', ['serve', config], { stdio: 'ignore' }));
    await listening(port);
    return `127.0.0.1:${port}`;
  }

  /** containerd without its CRI, rooted at `ct/root`. Gives its socket. */
  async containerd(): Promise<string> {
    const home = join(this.#folder, 'ct');
    mkdirSync(home);
    writeFileSync(
      join(home, 'config.toml'),
      `version = 2\nroot = "${home}/root"\nstate = "${home}/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n` +
        `[grpc]\naddress = "${home}/c.sock"\n[ttrpc]\naddress = "${home}/t.sock"\n[plugins."io.containerd.internal.v1.opt"]\npath = "${home}/opt"\n`,
    );
    this.#children.push(spawn('containerd', ['-c', join(home, 'config.toml')], { stdio: 'ignore' }));
    const socket = join(home, 'c.sock');
    await until(
      'containerd',
      () => existsSync(socket) && spawnSync('ctr', ['-a', socket, 'version']).status === 0,
    );
    return socket;
  }

  /** Podman's service with a store of its own, into which an archive was loaded. Gives its socket. */
  async podman(archive: string): Promise<string> {
    const home = join(this.#folder, 'podman');
    mkdirSync(home);
    const store = ['--root', join(home, 'root'), '--runroot', join(home, 'run'), '--storage-driver', 'vfs'];
    const common = [...store, '--cgroup-manager', 'cgroupfs'];
    const env = { ...process.env, HOME: home, TMPDIR: home };
    execFileSync('podman', [...common, 'load', '-q', '-i', archive], { stdio: 'ignore', env });
    const socket = join(home, 'podman.sock');
    this.#children.push(
      spawn('podman', [...common, 'system', 'service', '--time', '0', `unix://${socket}`], {
        stdio: 'ignore',
        env,
      }),
    );
    await until(socket, () => existsSync(socket));
    return socket;
  }

  /** Ends them, and waits until they have let go of their files. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode === null && child.signalCode === null) {
          const ended = once(child, 'exit');
          child.kill();
          await ended;
        }
      }),
    );
  }
}
