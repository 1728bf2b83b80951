import { expect, test } from 'vitest';
import { MemoryWatch } from './memory-watch.ts';

const mebi = 2 ** 20;

function watched(bytesAt: (done: number) => number, inputs = 200_000): MemoryWatch {
  const watch = new MemoryWatch({ inputs });
  for (let done = 1000; done <= inputs; done += 1000) {
    watch.note(done, bytesAt(done));
  }
  return watch;
}

test('memory that grows with every input is a problem', () => {
  const watch = watched((done) => 300 * mebi + done * 2048);
  expect(watch.figures).toEqual({ early: 378, late: 652 });
  expect(watch.problem).toBe(
    'memory grows: 378 MiB after a fifth of the inputs, 652 MiB at the end (at most 192 MiB more)',
  );
});

test('memory that is filled once is none, nor are peaks in between', () => {
  expect(watched((done) => 300 * mebi + Math.min(done, 30_000) * 8192).problem).toBeNull();
  expect(watched((done) => (300 + (done % 7000 === 0 ? 600 : 0)) * mebi).problem).toBeNull();
});

test('a job that is too short to tell is not judged', () => {
  const watch = watched((done) => done * 1e6, 50_000);
  expect(watch.problem).toBeNull();
  expect(new MemoryWatch({ inputs: 1_000_000 }).figures).toBeNull();
});
