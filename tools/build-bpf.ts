// Builds the BPF objects that are committed: `node tools/build-bpf.ts`. `--check` compares them instead of writing.
// Needs clang and llvm-strip (Debian's packages clang and llvm); users need neither.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventTable } from '../packages/engine/src/event-table.ts';
import { tellsFile } from '../packages/engine/src/filter/state-needs.ts';
import { pathPlaces } from '../packages/engine/src/lib/path-places.ts';
import { fdParameterOf } from '../packages/sensor/src/state/event-kinds.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
export const bpfFolder: string = join(root, 'packages/sensor/bpf');
const typesFile = join(root, 'packages/sensor/src/live/recorded-types.json');

/** The compiler that the committed objects come from; others give other bytes. */
export const compilerVersion = '14.0.6';

/** Objects by the name of their architecture in the kernel, and clang's word for it. */
export const targets = { x86_64: 'x86', aarch64: 'arm64' } as const;

/** null when there is no clang. */
export function installedCompiler(): string | null {
  try {
    return /version (\S+)/.exec(execFileSync('clang', ['--version'], { encoding: 'utf8' }))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The object's bytes for one architecture. */
export function buildObject(name: keyof typeof targets): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-bpf-'));
  try {
    writeFileSync(join(folder, 'event-types.h'), eventTypesHeader());
    const object = join(folder, 'lanner.o');
    const flags = ['-g', '-O2', '-target', 'bpf', '-mcpu=v3', '-Wall', '-Werror', '-fno-ident'];
    const off = ['-Wno-unused-function'];
    const arguments_ = [`-D__TARGET_ARCH_${targets[name]}`, '-I', folder, '-c', 'lanner.bpf.c', '-o', object];
    // Names of files get into the line information: the same ones wherever the sources lie.
    const names = [`-ffile-prefix-map=${bpfFolder}=bpf`, `-ffile-prefix-map=${folder}=bpf`];
    execFileSync('clang', [...flags, ...off, ...names, ...arguments_], { cwd: bpfFolder, stdio: 'inherit' });
    execFileSync('llvm-strip', ['-g', object]);
    return readFileSync(object);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function objectPath(name: keyof typeof targets): string {
  return join(bpfFolder, `lanner.${name}.bpf.o`);
}

/** Numbers and parameter counts of event types, for C. */
function eventTypesHeader(): string {
  const lines = eventTable
    .filter((info) => !info.isUnused && !info.isOldVersion)
    .flatMap(({ id, code, params }) => [`#define ${code} ${id}`, `#define ${code}_PARAMS ${params.length}`]);
  return ['#pragma once', ...lines, ...pathPlacesTable(), ...usedDescriptorsTable(), ''].join('\n');
}

/** By event type: the parameter with the descriptor whose file is told. */
function usedDescriptorsTable(): string[] {
  const rows = eventTable.flatMap((info) => {
    const parameter = fdParameterOf[info.id] ?? -1;
    return info.isEnter || !tellsFile(info) || parameter < 0 ? [] : [`  [${info.id}] = ${parameter + 1},`];
  });
  return [
    '/* Numbers of parameters, from 1 on; 0: none. */',
    'const unsigned char used_descriptors[512] = {',
    ...rows,
    '};',
  ];
}

/** By event type: the parameters with paths that may be relative, and those with the descriptors where these start. */
function pathPlacesTable(): string[] {
  const rows = pathPlaces.flatMap((places, type) => {
    const cells = places.map(
      ({ path, directory }) => `{${path + 1}, ${directory === null ? 0 : directory + 1}}`,
    );
    return cells.length === 0 ? [] : [`  [${type}] = {${cells.join(', ')}},`];
  });
  return [
    '/* Numbers of parameters, from 1 on; 0: none, of a directory the working directory. */',
    'struct path_place {',
    '  unsigned char path, directory;',
    '};',
    'const struct path_place path_places[512][2] = {',
    ...rows,
    '};',
  ];
}

/** Codes of the event types that the programs record, as the sources name them. */
export function recordedTypes(): string[] {
  const known = new Set(eventTable.map((info) => info.code));
  const sources = readdirSync(bpfFolder).filter((file) => file === 'table.h' || file.endsWith('.c'));
  const text = sources.map((file) => readFileSync(join(bpfFolder, file), 'utf8')).join('\n');
  const named = [...text.matchAll(/(?:\bROW\(|\bcase |begin_event\()([A-Z][A-Z0-9_]+)/g)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(named)].filter((code) => known.has(code)).sort();
}

function writeIfChanged(path: string, content: Uint8Array | string, isCheck: boolean): void {
  const bytes = Buffer.from(content);
  if (existsSync(path) && readFileSync(path).equals(bytes)) {
    return;
  }
  if (isCheck) {
    throw new Error(`${path} is not what its sources give; run node tools/build-bpf.ts`);
  }
  writeFileSync(path, bytes);
}

if (import.meta.main) {
  const isCheck = process.argv.includes('--check');
  for (const name of Object.keys(targets) as (keyof typeof targets)[]) {
    writeIfChanged(objectPath(name), buildObject(name), isCheck);
  }
  writeIfChanged(typesFile, `${JSON.stringify(recordedTypes(), null, 2)}\n`, isCheck);
}
