import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CriPods,
  makeBusyboxImage,
  pauseImage,
  PrivateContainerd,
  removeControlGroup,
  waitUntil,
} from '@lanner/runtimes/testkit';
import { type Tally, tally } from './tally.ts';
import { runWorkload, type Workload } from './workload.ts';

const bin = fileURLToPath(new URL('../../bin/lanner.mjs', import.meta.url));
const image = 'localhost/busybox:1';
/** Images of the CRI are in this namespace of containerd. */
const criNamespace = 'k8s.io';
const rules = `- rule: Marked
  desc: What a container of this run starts
  condition: evt.type in (execve, execveat) and proc.args contains mark-
  output: "%container.id %container.image %k8s.pod.name %k8s.ns.name %proc.args"
  priority: NOTICE
- rule: Known at once
  desc: The same, of containers whose namespace is known at the moment of the event
  condition: evt.type in (execve, execveat) and proc.args contains mark- and k8s.ns.name startswith space-
  output: "%proc.args"
  priority: NOTICE
`;

export interface WatchedRun {
  readonly tally: Tally;
  /** What the sensor said at its end. */
  readonly summary: string;
  readonly seconds: number;
}

/**
 * Makes containers with a containerd of its own while `lanner run` watches their control group, and compares what its
 * alerts say with what was made. Rejects with the signal's reason when that is aborted, once nothing of it runs any more.
 */
export async function watchedRun(
  workload: Pick<Workload, 'containers' | 'containersPerPod' | 'width'>,
  onProgress: (made: number) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<WatchedRun> {
  const cgroupParent = `/lanner-containers-${process.pid}`;
  const containerd = await PrivateContainerd.start();
  const pods = new CriPods(containerd.socket);
  try {
    signal.throwIfAborted();
    const archive = makeBusyboxImage(containerd.folder, image, ['/bin/sleep', 'infinity']);
    containerd.ctr(criNamespace, 'images', 'import', archive);
    containerd.ctr(criNamespace, 'images', 'tag', image, pauseImage);
    mkdirSync(controlGroupFolder(cgroupParent));
    const watch = await Watch.start(containerd.folder, cgroupParent);
    const startMs = performance.now();
    try {
      const made = await runWorkload(pods, { ...workload, image, cgroupParent }, onProgress, signal);
      const seconds = (performance.now() - startMs) / 1000;
      const summary = await watch.stop();
      return { tally: tally(made, readFileSync(watch.alerts, 'utf8'), image), summary, seconds };
    } finally {
      await watch.stop();
    }
  } finally {
    pods.close();
    await containerd.stop();
    removeControlGroup(cgroupParent);
  }
}

/** In the unified hierarchy, which the kernel's scope knows; runc makes the rest. */
function controlGroupFolder(path: string): string {
  const root = '/sys/fs/cgroup';
  return join(existsSync(join(root, 'cgroup.controllers')) ? root : join(root, 'unified'), path);
}

/** A `lanner run` that watches one control group. */
class Watch {
  readonly alerts: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #text = '';

  private constructor(child: ChildProcess, alerts: string) {
    this.#child = child;
    this.alerts = alerts;
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    [child.stdout, child.stderr].forEach((stream) => {
      stream?.on('data', (piece: Buffer) => (this.#text += piece.toString()));
    });
  }

  static async start(hostRoot: string, cgroup: string): Promise<Watch> {
    const [rulesFile, alerts] = [join(hostRoot, 'rules.yaml'), join(hostRoot, 'alerts.json')];
    writeFileSync(rulesFile, rules);
    const words = [
      'run',
      '-r',
      rulesFile,
      '--matching',
      'all',
      '--json',
      '--alerts',
      alerts,
      '--cgroup',
      cgroup,
    ];
    const child = spawn(process.execPath, [bin, ...words], {
      env: { ...process.env, HOST_ROOT: hostRoot },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const watch = new Watch(child, alerts);
    const procs = join(controlGroupFolder(cgroup), 'cgroup.procs');
    await waitUntil(() => {
      // Something that is to be seen, until it is.
      execFileSync('/usr/bin/busybox', [
        'sh',
        '-c',
        `echo $$ >${procs}; exec /usr/bin/busybox true mark-ready`,
      ]);
      return (existsSync(alerts) && readFileSync(alerts).length > 0) || child.exitCode !== null;
    });
    return watch;
  }

  async stop(): Promise<string> {
    this.#child.kill('SIGTERM');
    await this.#ended;
    return this.#text;
  }
}
