import { numberedLines } from '../lines.ts';
import { type FoundPackage, packageId } from '../packages.ts';

/** What yarn.lock says before a manifest tells which packages are direct. */
export interface YarnLock {
  readonly packages: readonly YarnPackage[];
  /** Ids by what a manifest asks for: `name@range`. */
  readonly ids: ReadonlyMap<string, string>;
}

export interface YarnPackage extends FoundPackage {
  readonly id: string;
  readonly version: string;
  readonly dependsOn: readonly string[];
}

interface Block {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly startLine: number;
  endLine: number;
  version: string;
  readonly needs: string[];
}

/** yarn.lock of Yarn 1 and of later versions; packages that come from elsewhere than a registry are left out. */
export function parseYarnLock(text: string): YarnLock {
  const blocks = readBlocks(text).filter(({ version }) => version !== '');
  const ids = new Map<string, string>();
  for (const { name, patterns, version } of blocks) {
    for (const pattern of patterns) {
      ids.set(pattern, packageId(name, version));
    }
  }
  const packages = new Map<string, YarnPackage>();
  for (const { name, version, startLine, endLine, needs } of blocks) {
    const id = packageId(name, version);
    const dependsOn = needs.map((need) => ids.get(need)).filter((needed) => needed !== undefined);
    packages.set(id, { id, name, version, locations: [{ startLine, endLine }], dependsOn });
  }
  return { packages: [...packages.values()], ids };
}

function readBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let block: Block | null = null;
  let section = '';
  for (const [line, number] of numberedLines(text)) {
    const content = line.trim().replace(/^"([^"]+)"(?=[\s:])/, '$1');
    if (content === '' || line.startsWith('#')) {
      continue;
    }
    const indent = line.length - line.trimStart().length;
    if (indent === 0) {
      block = openBlock(line, number);
      if (block !== null) {
        blocks.push(block);
      }
    } else if (block !== null) {
      section = indent === 2 ? content.replace(/:$/, '') : section;
      readMember(block, content, number, indent > 2 ? section : null);
    }
  }
  return blocks;
}

function openBlock(line: string, number: number): Block | null {
  const head = parseYarnPatterns(line);
  return head === null ? null : { ...head, startLine: number, endLine: number, version: '', needs: [] };
}

/** A line of a block: a member of it, or what a section of it lists. */
function readMember(block: Block, content: string, number: number, section: string | null): void {
  block.endLine = number;
  if (section === null) {
    block.version ||= /^version:?\s+"?([^"]+)"?$/.exec(content)?.[1] ?? '';
  } else if (section === 'dependencies') {
    block.needs.push(...neededPattern(content));
  }
}

/** Where a package may come from; the others name no version that a registry knows. */
const protocols = new Set(['', 'npm']);

/** `"a@^1.0, a@npm:^1.1":` gives the name and the ranges that were asked for; null for what is no package of a registry. */
export function parseYarnPatterns(
  line: string,
): { name: string; protocol: string; patterns: string[] } | null {
  const parts = line.trim().replace(/:$/, '').replaceAll('"', '').split(', ');
  const parsed = parts.map(parsePattern).filter((part) => part !== null);
  const [first] = parsed;
  if (first === undefined || parsed.length < parts.length || !protocols.has(first.protocol)) {
    return null;
  }
  return {
    name: first.name,
    protocol: first.protocol,
    patterns: parsed.map(({ range }) => packageId(first.name, range)),
  };
}

function parsePattern(pattern: string): { name: string; protocol: string; range: string } | null {
  const at = pattern.indexOf('@', 1);
  if (at === -1 || /\s/.test(pattern.slice(0, at))) {
    return null;
  }
  const [, protocol = '', range = ''] = /^(?:([^\s:]+):)?(.*)$/.exec(pattern.slice(at + 1)) ?? [];
  return range === '' ? null : { name: pattern.slice(0, at), protocol, range };
}

/** `chalk "^2.0.1"`, `ms: "npm:2.1.2"` → `ms`, `2.1.2` */
export function parseYarnDependency(line: string): { name: string; range: string } | null {
  const [, name, range] = /^"?([^"\s]+?)"?:?\s+"?(?:[^\s":]+:)?([^"]+)"?$/.exec(line.trim()) ?? [];
  return name === undefined || range === undefined ? null : { name, range };
}

function neededPattern(line: string): string[] {
  const dependency = parseYarnDependency(line);
  return dependency === null ? [] : [packageId(dependency.name, dependency.range)];
}
