import { existsSync } from 'node:fs';
import { AppError } from '@lanner/core';
import type { LibraryHandle } from 'koffi';

/**
 * The only module that calls native code: libbpf (minimum ABI LIBBPF_1.0, file `libbpf.so.1`) and a few functions of the
 * C library, both by way of koffi. koffi costs memory, so that this module is imported only when a sensor is opened.
 * libbpf is looked for 1. at the path given, 2. beside the BPF object, 3. where the dynamic loader looks.
 */

/** An address. */
export type Pointer = bigint;
type Native<Arguments extends unknown[], Result> = (...values: Arguments) => Result;

export interface Libbpf {
  readonly version: string;
  readonly openObject: Native<[string, null], Pointer | null>;
  readonly loadObject: Native<[Pointer], number>;
  /** The same on another thread. What libbpf says there is not heard. */
  readonly loadObjectBeside: Native<[Pointer], Promise<number>>;
  readonly closeObject: Native<[Pointer], void>;
  readonly nextProgram: Native<[Pointer, Pointer | null], Pointer | null>;
  readonly programName: Native<[Pointer], string>;
  readonly attach: Native<[Pointer], Pointer | null>;
  readonly destroyLink: Native<[Pointer], number>;
  readonly findMap: Native<[Pointer, string], Pointer | null>;
  readonly mapFd: Native<[Pointer], number>;
  readonly setMaxEntries: Native<[Pointer, number], number>;
  readonly createMap: Native<[number, string, number, number, number, null], number>;
  readonly updateElement: Native<[number, Uint8Array, Uint8Array, number], number>;
  readonly probeHelper: Native<[number, number, null], number>;
  readonly probeMap: Native<[number, null], number>;
  readonly cpuCount: Native<[], number>;
  readonly mmap: Native<[Pointer | null, number, number, number, number, number], Pointer>;
  readonly advise: Native<[Pointer, number, number], number>;
  readonly close: Native<[number], number>;
  readonly poll: Native<[Uint8Array, number, number], number>;
  readonly eventfd: Native<[number, number], number>;
  readonly clockGettime: Native<[number, Uint8Array], number>;
  readonly pageSize: Native<[], number>;
  readonly capset: Native<[Uint8Array, Uint8Array], number>;
  readonly prctl: Native<[number, number, number, number, number], number>;
  /** Gives memory that libbpf no longer needs back to the system, where the C library can. */
  readonly trim: Native<[], void>;
  /** The memory at an address, as the buffer that it is. */
  readonly view: Native<[Pointer, number], ArrayBuffer>;
  /** The number of the error of the call before. */
  readonly errno: Native<[], number>;
  /** Runs `action` and gives what libbpf has said of errors meanwhile, beside its result. */
  readonly listen: <Result>(action: () => Result) => { readonly result: Result; readonly said: string };
}

/** A native function as koffi gives it: `async` calls it on another thread. */
type Loader = Native<[Pointer], number> & {
  readonly async: (object: Pointer, done: (error: Error | null, result: number) => void) => void;
};

const missing = 'The live sensor needs libbpf.so.1 (libbpf 1.0 or newer), which was not found.';
const install =
  'Install it: apt-get install libbpf1 (Debian, Ubuntu), dnf install libbpf (Fedora, RHEL), apk add libbpf (Alpine).';
const longestMessage = 1 << 20;

/** @param paths where libbpf may be, before the dynamic loader is asked. */
export async function loadLibbpf(paths: readonly string[]): Promise<Libbpf> {
  const koffi = await import('koffi');
  const path = paths.find((candidate) => existsSync(candidate)) ?? 'libbpf.so.1';
  const bpf = loadLibrary(() => koffi.load(path));
  // The C library is already there, whatever it is called.
  const c = koffi.load(null);
  const format: Native<[Uint8Array, number, Pointer, Pointer], number> = c.func(
    'int vsnprintf(void *to, size_t size, void *format, void *values)',
  );
  const printType = koffi.proto('int', ['int', 'void *', 'void *']);
  const trimmer =
    optional(() => c.func('int malloc_trim(size_t keep)') as Native<[number], number>) ?? (() => 0);
  const setPrint: Native<[Pointer | null], Pointer> = bpf.func('void *libbpf_set_print(void *print)');
  const version: Native<[], string> = bpf.func('const char *libbpf_version_string()');
  const load = bpf.func('int bpf_object__load(void *object)') as Loader;
  return {
    version: version(),
    openObject: bpf.func('void *bpf_object__open_file(const char *path, void *options)'),
    loadObject: load,
    loadObjectBeside: (object) => inBackground(load, object),
    closeObject: bpf.func('void bpf_object__close(void *object)'),
    nextProgram: bpf.func('void *bpf_object__next_program(void *object, void *program)'),
    programName: bpf.func('const char *bpf_program__name(void *program)'),
    attach: bpf.func('void *bpf_program__attach(void *program)'),
    destroyLink: bpf.func('int bpf_link__destroy(void *link)'),
    findMap: bpf.func('void *bpf_object__find_map_by_name(void *object, const char *name)'),
    mapFd: bpf.func('int bpf_map__fd(void *map)'),
    setMaxEntries: bpf.func('int bpf_map__set_max_entries(void *map, uint32_t count)'),
    createMap: bpf.func(
      'int bpf_map_create(int type, const char *name, uint32_t key, uint32_t value, uint32_t entries, void *options)',
    ),
    updateElement: bpf.func(
      'int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)',
    ),
    probeHelper: bpf.func('int libbpf_probe_bpf_helper(int program, int helper, void *options)'),
    probeMap: bpf.func('int libbpf_probe_bpf_map_type(int type, void *options)'),
    cpuCount: bpf.func('int libbpf_num_possible_cpus()'),
    ...ofTheCLibrary(c),
    trim: trimmer.bind(null, 0),
    view: (at, length) => koffi.view(at, length),
    errno: () => koffi.errno(),
    listen: (action) => {
      const lines: string[] = [];
      const print = (level: number, text: Pointer, values: Pointer): number => {
        if (level === 0) {
          const bytes = Buffer.alloc(longestMessage);
          const length = format(bytes, bytes.length, text, values);
          lines.push(bytes.toString('latin1', 0, Math.min(length, bytes.length - 1)));
        }
        return 0;
      };
      const callback = koffi.register(print, koffi.pointer(printType));
      setPrint(callback);
      try {
        return { result: action(), said: lines.join('') };
      } finally {
        setPrint(null);
        koffi.unregister(callback);
      }
    },
  };
}

/** Functions that every C library has. */
function ofTheCLibrary(
  c: LibraryHandle,
): Pick<
  Libbpf,
  'mmap' | 'advise' | 'close' | 'poll' | 'eventfd' | 'clockGettime' | 'pageSize' | 'capset' | 'prctl'
> {
  return {
    mmap: c.func('void *mmap(void *at, size_t length, int protection, int flags, int fd, int64_t offset)'),
    advise: c.func('int madvise(void *at, size_t length, int advice)'),
    close: c.func('int close(int fd)'),
    poll: c.func('int poll(_Inout_ void *fds, unsigned long count, int timeout)'),
    eventfd: c.func('int eventfd(unsigned int value, int flags)'),
    clockGettime: c.func('int clock_gettime(int clock, _Out_ void *time)'),
    pageSize: c.func('int getpagesize()'),
    capset: c.func('int capset(void *header, const void *sets)'),
    prctl: c.func(
      'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
    ),
  };
}

function inBackground(load: Loader, object: Pointer): Promise<number> {
  return new Promise((resolve, reject) => {
    load.async(object, (error, result) => {
      if (error === null) {
        resolve(result);
      } else {
        reject(error);
      }
    });
  });
}

/** A function that not every C library has; null where it is missing. */
function optional<Found>(load: () => Found): Found | null {
  try {
    return load();
  } catch {
    // musl has no such function.
    return null;
  }
}

function loadLibrary<Library>(load: () => Library): Library {
  try {
    return load();
  } catch (cause) {
    throw new AppError('sensor.unavailable', missing, { cause, hint: install });
  }
}
