import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { whyNoSensor } from '../testkit/scoped-run.ts';
import { capabilities, dropPrivileges, heldCapabilities, neededCapabilities } from './privileges.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lanner-privileges-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const everything = (1n << 41n) - 1n;

function bits(...numbers: readonly number[]): bigint {
  let set = 0n;
  for (const number of numbers) {
    set |= 1n << BigInt(number);
  }
  return set;
}
const { dacReadSearch, sysPtrace, sysAdmin, perfmon, bpf } = capabilities;

test('of all capabilities three are kept', () => {
  expect(neededCapabilities({ permitted: everything, effective: everything })).toBe(
    bits(dacReadSearch, sysPtrace, bpf),
  );
});

test('what is not held is not asked for; CAP_SYS_ADMIN stays only in place of CAP_BPF', () => {
  const of = (...numbers: readonly number[]): bigint =>
    neededCapabilities({ permitted: bits(...numbers), effective: 0n });
  expect(of(bpf, perfmon)).toBe(bits(bpf));
  expect(of(sysAdmin, sysPtrace, 0)).toBe(bits(sysAdmin, sysPtrace));
  expect(of()).toBe(0n);
});

test('the sets are read from what /proc says of a thread', () => {
  const status = 'Name:\tnode\nCapInh:\t00\nCapPrm:\t000000c000080004\nCapEff:\t0000008000000000\n';
  expect(heldCapabilities(status)).toEqual({
    permitted: bits(dacReadSearch, sysPtrace, perfmon, bpf),
    effective: bits(bpf),
  });
});

test('a kernel that refuses is told of', () => {
  const lib = { capset: () => -1, prctl: () => 0, errno: () => 1 };
  expect(() => {
    dropPrivileges(lib);
  }).toThrow('could not give up its privileges');
});

const reason = whyNoSensor();

test.skipIf(reason !== null)(
  `a thread gives up for good what it does not need, others keep it${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const folder = new URL('.', import.meta.url).href;
    // In a process of its own, since nothing brings them back.
    const script = `
      import { readFileSync } from 'node:fs';
      import { isMainThread, parentPort, Worker } from 'node:worker_threads';
      import { loadLibbpf } from '${folder}libbpf.ts';
      import { dropPrivileges } from '${folder}privileges.ts';
      const status = () => readFileSync('/proc/thread-self/status', 'latin1');
      if (isMainThread) {
        const worker = new Worker(new URL(import.meta.url));
        worker.on('message', (inWorker) => console.log(JSON.stringify({ inWorker, inMain: status() })));
      } else {
        const lib = await loadLibbpf([]);
        dropPrivileges(lib);
        dropPrivileges(lib);
        parentPort.postMessage(status());
      }`;
    const file = join(scratch, 'threads.mjs');
    writeFileSync(file, script);
    const out = execFileSync(process.execPath, [file], { encoding: 'utf8' });
    const { inWorker, inMain } = JSON.parse(out) as { readonly inWorker: string; readonly inMain: string };
    const before = heldCapabilities(readFileSync('/proc/self/status', 'latin1'));
    expect(heldCapabilities(inMain)).toEqual(before);
    const kept = neededCapabilities(before);
    expect(heldCapabilities(inWorker)).toEqual({ permitted: kept, effective: kept });
    expect(inWorker).toMatch(/^CapInh:\s*0+$/m);
    expect(inWorker).toMatch(/^CapAmb:\s*0+$/m);
    expect(inWorker).toMatch(/^NoNewPrivs:\s*1$/m);
  },
);
