import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { KeywordAutomaton } from './keyword-automaton.ts';
import { builtinRules } from './rules.ts';
import { SecretScanner } from './secret-scanner.ts';

const sources = ['/usr/lib/python3.13', '/usr/lib/python3.12', '/usr/lib/python3.11'];
const maxBytes = 30e6;

interface Source {
  readonly path: string;
  readonly bytes: Buffer;
}

let files: readonly Source[] = [];
let found = 0;
let binary = Buffer.alloc(0);

function sourceFolder(): string | undefined {
  return sources.find((folder) => existsSync(folder));
}

function readSources(): void {
  const folder = sourceFolder() ?? '';
  const read: Source[] = [];
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.py') && bytes < maxBytes) {
      const content = readFileSync(join(entry.parentPath, entry.name));
      read.push({ path: `srv/${entry.name}`, bytes: content });
      bytes += content.length;
    }
  }
  files = read;
}

function totalBytes(): number {
  let total = 0;
  for (const { bytes } of files) {
    total += bytes.length;
  }
  return total;
}

export const benchmarks: Benchmark[] = [
  {
    id: 'secrets: source code',
    unit: 'MB/s',
    unavailable: () => (sourceFolder() === undefined ? "needs Python's library" : null),
    prepare: readSources,
    note: () => `${(totalBytes() / 1e6).toFixed(0)} MB of Python in ${files.length} files, ${found} findings`,
    run() {
      const scanner = new SecretScanner();
      const start = performance.now();
      found = 0;
      for (const { path, bytes } of files) {
        const source = {
          size: bytes.length,
          read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
        };
        found += scanner.scan(path, source).length;
      }
      return totalBytes() / 1000 / (performance.now() - start);
    },
  },
  {
    id: 'secrets: keywords in a program',
    unit: 'MB/s',
    prepare() {
      binary = readFileSync(process.execPath);
    },
    note: () => `${(binary.length / 1e6).toFixed(0)} MB; scans skip programs, so this is the automaton alone`,
    run() {
      const automaton = new KeywordAutomaton(builtinRules.flatMap(({ keywords }) => keywords));
      const start = performance.now();
      found = 0;
      automaton.scan(binary, () => found++);
      return binary.length / 1000 / (performance.now() - start);
    },
  },
];
