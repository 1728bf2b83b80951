import { AppError } from '@lanner/core';
import type { ProcessSource } from '@lanner/sensor';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listOption, type OptionValues } from '../command.ts';
import type { CommandOption } from '../command.ts';
import type { ScopeSelection } from './sensor-port.ts';

/** Options that say what is watched; without one, all of the machine. */
export const scopeOptions: Readonly<Record<string, CommandOption>> = {
  pid: {
    type: 'string',
    multiple: true,
    value: 'PID',
    doc: 'Watch this process and what it starts.',
  },
  cgroup: {
    type: 'string',
    multiple: true,
    value: 'PATH',
    doc: 'Watch the processes of a control group, such as /system.slice/ssh.service.',
  },
  container: {
    type: 'string',
    multiple: true,
    value: 'ID',
    doc: 'Watch a container, by its id or the first characters of it.',
  },
};

/** The option of `detect` that takes the same in one word. */
export const scopeOption: CommandOption = {
  type: 'string',
  multiple: true,
  value: 'KIND:WHAT',
  doc: 'Watch only pid:PID, cgroup:PATH or container:ID (live).',
};

export interface ScopeContext {
  readonly processes: Pick<ProcessSource, 'processIds' | 'cgroupsOf' | 'mountNamespaceOf'>;
  /** Where control groups are mounted. */
  readonly cgroupRoot: string;
}

/** A scope of processes alone, with what they start. */
export function processesScope(pids: readonly number[]): ScopeSelection {
  return { pids, cgroups: [], mountNamespaces: [] };
}

/** What the options select; null when none is given. Throws AppError 'usage.invalid' for what is not there. */
export function readScope(values: OptionValues, context: ScopeContext): ScopeSelection | null {
  const words = [
    ...['pid', 'cgroup', 'container'].flatMap((kind) =>
      listOption(values, kind).map((what) => `${kind}:${what}`),
    ),
    ...listOption(values, 'scope'),
  ];
  if (words.length === 0) {
    return null;
  }
  const parts = words.map((word) => partOf(word, context));
  return {
    pids: [...new Set(parts.flatMap(({ pids }) => pids))],
    cgroups: [...new Set(parts.flatMap(({ cgroups }) => cgroups))],
    mountNamespaces: [...new Set(parts.flatMap(({ mountNamespaces }) => mountNamespaces))],
  };
}

function partOf(word: string, context: ScopeContext): ScopeSelection {
  const colon = word.indexOf(':');
  const what = word.slice(colon + 1);
  switch (word.slice(0, Math.max(colon, 0))) {
    case 'pid':
      return processPart(what, context);
    case 'cgroup':
      return cgroupPart(what, context);
    case 'container':
      return containerPart(what, context);
    default:
      throw new AppError('usage.invalid', `'${word}' is no scope`, {
        hint: 'Write pid:PID, cgroup:PATH or container:ID.',
      });
  }
}

function processPart(text: string, { processes }: ScopeContext): ScopeSelection {
  const pid = Number(text);
  if (!/^\d+$/.test(text) || !processes.processIds().includes(pid)) {
    throw new AppError('usage.invalid', `there is no process ${text}`, { hint: 'Check the id with ps.' });
  }
  return processesScope([pid]);
}

/** A path below the unified hierarchy, or below any controller of the old ones. */
function cgroupPart(path: string, { cgroupRoot, processes }: ScopeContext): ScopeSelection {
  const folders = [cgroupRoot, ...foldersOf(cgroupRoot)]
    .map((root) => join(root, path))
    .filter((folder) => hasProcesses(folder));
  if (path.includes('..') || folders.length === 0) {
    throw new AppError('usage.invalid', `there is no control group ${path}`, {
      hint: `Name it by its path below ${cgroupRoot}, as in /proc/PID/cgroup.`,
    });
  }
  return { ...processesScope(processesOf(path, processes)), cgroups: folders.flatMap(cgroupId) };
}

const shortestId = 8;

function containerPart(id: string, { cgroupRoot, processes }: ScopeContext): ScopeSelection {
  if (!/^[A-Za-z0-9_.-]+$/.test(id) || id.length < shortestId) {
    throw new AppError('usage.invalid', `'${id}' is no id of a container`, {
      hint: `Give at least the first ${shortestId} characters of it.`,
    });
  }
  const pids = processes
    .processIds()
    .filter((pid) => processes.cgroupsOf(pid).some(([, path]) => namesContainer(path, id)));
  if (pids.length === 0) {
    throw new AppError('usage.invalid', `no process runs in a container ${id}`, {
      hint: 'Check the id with crictl ps, docker ps or podman ps.',
    });
  }
  const paths = new Set(
    pids.flatMap((pid) =>
      processes
        .cgroupsOf(pid)
        .map(([, path]) => path)
        .filter((path) => namesContainer(path, id)),
    ),
  );
  const folders = [...paths].flatMap((path) =>
    [cgroupRoot, ...foldersOf(cgroupRoot)].map((root) => join(root, path)),
  );
  const cgroups = folders.filter(hasProcesses).flatMap(cgroupId);
  return { pids, cgroups, mountNamespaces: ownNamespaces(pids, processes) };
}

/** The mount namespaces of a container: processes that join it later are in them too. */
function ownNamespaces(pids: readonly number[], processes: ScopeContext['processes']): number[] {
  const host = processes.mountNamespaceOf(1);
  return [...new Set(pids.flatMap((pid) => processes.mountNamespaceOf(pid) ?? []))].filter(
    (namespace) => namespace !== host,
  );
}

/** An id begins a component of the path, or follows a prefix such as `docker-` in it. */
function namesContainer(path: string, id: string): boolean {
  return path.split(/[/:]/).some((part) => part.startsWith(id) || part.includes(`-${id}`));
}

function processesOf(cgroup: string, processes: ScopeContext['processes']): number[] {
  const path = `/${cgroup.split('/').filter(Boolean).join('/')}`;
  return processes
    .processIds()
    .filter((pid) =>
      processes
        .cgroupsOf(pid)
        .some(([, own]) => own === path || own.startsWith(path === '/' ? '/' : `${path}/`)),
    );
}

function foldersOf(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(root, name));
  } catch {
    // No control groups are mounted here.
    return [];
  }
}

function hasProcesses(folder: string): boolean {
  try {
    readFileSync(join(folder, 'cgroup.procs'));
    return true;
  } catch {
    // Not a control group.
    return false;
  }
}

/** The kernel knows a group of the unified hierarchy by the inode of its folder; old hierarchies it does not ask. */
function cgroupId(folder: string): bigint[] {
  try {
    statSync(join(folder, 'cgroup.controllers'));
    return [statSync(folder, { bigint: true }).ino];
  } catch {
    return [];
  }
}
