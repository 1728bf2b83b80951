import layouts from './cgroup-layouts.json' with { type: 'json' };

/** Engines whose containers are told by the name of their control group, in the order in which they are tried. */
export const cgroupEngines = ['podman', 'docker', 'cri', 'containerd', 'lxc', 'libvirt_lxc', 'bpm'] as const;

export type CgroupEngine = (typeof cgroupEngines)[number];

/** The container that a control group belongs to. */
export interface CgroupMatch {
  readonly containerId: string;
  readonly engine: CgroupEngine;
}

const fullIdLength = 64;
const shortIdLength = 12;

/** Gives the container's id, null when the control group is not one of the engine's. */
type Matcher = (cgroup: string) => string | null;

const matchers: Readonly<Record<CgroupEngine, Matcher>> = {
  podman: (cgroup) => matchLayouts(cgroup, layouts.podman),
  docker: (cgroup) => matchLayouts(cgroup, layouts.docker),
  cri: (cgroup) => matchLayouts(cgroup, layouts.cri),
  containerd: matchContainerd,
  lxc: matchLxc,
  libvirt_lxc: matchLibvirtLxc,
  bpm: matchBpm,
};

/**
 * Finds the container that a control group belongs to, as Falco's container plugin does, its coincidences included: a
 * path with an id of the right form counts whoever made it. Unlike there, what lies below the group of a container
 * belongs to it. Null on the host.
 */
export function matchCgroup(cgroup: string, engines: readonly CgroupEngine[]): CgroupMatch | null {
  for (const engine of engines) {
    const containerId = matchers[engine](cgroup);
    if (containerId !== null) {
      return { containerId, engine };
    }
  }
  return matchAbove(cgroup, engines);
}

/** Engines whose ids cannot be mistaken for anything else. */
const fullIdEngines: readonly CgroupEngine[] = ['podman', 'docker', 'cri'];

/**
 * A group that a container has made in its own, as systemd and nested runtimes do, and whoever wants to look like a
 * process of the host.
 */
function matchAbove(cgroup: string, engines: readonly CgroupEngine[]): CgroupMatch | null {
  const candidates = engines.filter((engine) => fullIdEngines.includes(engine));
  let end = cgroup.lastIndexOf('/');
  while (end > 0) {
    const above = cgroup.slice(0, end);
    for (const engine of candidates) {
      const containerId = matchers[engine](above);
      if (containerId !== null) {
        return { containerId, engine };
      }
    }
    end = cgroup.lastIndexOf('/', end - 1);
  }
  return null;
}

function matchLayouts(cgroup: string, candidates: readonly (readonly string[])[]): string | null {
  for (const [prefix = '', suffix = ''] of candidates) {
    const bounds = idBounds(cgroup, prefix, suffix);
    if (bounds !== null && isFullId(cgroup, bounds)) {
      return cgroup.slice(bounds.start, bounds.start + shortIdLength);
    }
  }
  return null;
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

// Between the last prefix and the last suffix; null when one of them is missing. The end may lie before the start.
function idBounds(cgroup: string, prefix: string, suffix: string): Bounds | null {
  const found = cgroup.lastIndexOf(prefix);
  const end = suffix === '' ? cgroup.length : cgroup.lastIndexOf(suffix);
  return found < 0 || end < 0 ? null : { start: found + prefix.length, end };
}

/**
 * An id of 64 hexadecimal digits. Falco compares the place of the first other character, counted from the start of
 * the path, with the length of an id, so behind a long prefix such a character goes unnoticed.
 */
function isFullId(cgroup: string, { start, end }: Bounds): boolean {
  if (end - start !== fullIdLength) {
    return false;
  }
  const other = cgroup.slice(start).search(/[^0-9a-fA-F]/);
  return other < 0 || start + other >= fullIdLength;
}

const hostUnits = ['.service', '.slice', '.scope'];

// The first component is taken for containerd's namespace, what follows its last occurrence for an id of any form.
function matchContainerd(cgroup: string): string | null {
  const namespace = /\/[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\//.exec(cgroup)?.[0];
  const bounds = namespace === undefined ? null : idBounds(cgroup, namespace, '');
  if (bounds === null) {
    return null;
  }
  const { start, end } = bounds;
  if (!isFullId(cgroup, bounds)) {
    const isHostUnit = hostUnits.some((unit) => cgroup.endsWith(unit));
    if (end === start || end - start > fullIdLength || isHostUnit) {
      return null;
    }
  }
  return cgroup.slice(start, Math.min(end, start + shortIdLength));
}

function matchLxc(cgroup: string): string | null {
  for (const prefix of layouts.lxc) {
    const found = cgroup.indexOf(prefix);
    if (found >= 0) {
      const start = found + prefix.length;
      const end = cgroup.indexOf('/', start);
      return end < 0 ? cgroup.slice(start) : cgroup.slice(start, end);
    }
  }
  return null;
}

const libvirtSuffix = '.libvirt-lxc';
/** How systemd writes `-lxc-` in the name of a unit: the digit that ends the escape is skipped with it. */
const libvirtUnit = '-lxc\\x2';
const legacyLibvirt = '/libvirt/lxc/';

function matchLibvirtLxc(cgroup: string): string | null {
  const suffix = cgroup.indexOf(libvirtSuffix);
  if (suffix >= 0 && suffix === cgroup.length - libvirtSuffix.length && cgroup.includes('/')) {
    return cgroup.slice(cgroup.lastIndexOf('/') + 1, suffix);
  }
  const unit = cgroup.indexOf(libvirtUnit);
  if (unit >= 0) {
    const delimiter = cgroup.includes('.scope/libvirt') ? '.scope/libvirt' : '.scope';
    const end = cgroup.indexOf(delimiter);
    if (end >= 0 && end === cgroup.length - delimiter.length) {
      return cgroup.slice(unit + libvirtUnit.length + 1, end);
    }
  }
  const legacy = cgroup.indexOf(legacyLibvirt);
  return legacy < 0 ? null : cgroup.slice(legacy + legacyLibvirt.length);
}

const bpmPrefix = 'bpm-';

function matchBpm(cgroup: string): string | null {
  const found = cgroup.indexOf(bpmPrefix);
  if (found < 0) {
    return null;
  }
  const start = found + bpmPrefix.length;
  const end = cgroup.indexOf('.scope', start);
  const id = end < 0 ? cgroup.slice(start) : cgroup.slice(start, end);
  return /^[A-Za-z0-9._-]+$/.test(id) ? id : null;
}
