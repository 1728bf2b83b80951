// Makes thousands of containers in pods of a containerd of its own, most of which live for milliseconds, and counts how
// many alerts know their container, image, pod and namespace. A long job.
// Usage: npm run containers [-- COUNT]   default 10000
import { whyNoContainerd } from '@lanner/runtimes/testkit';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { watchedRun } from './containers/watched-run.ts';

const [wanted = '10000'] = process.argv.slice(2);
const containers = Number(wanted);
const reason = whyNoContainerd() ?? whyNoSensor();
if (reason !== null) {
  throw new Error(`this job cannot run here: ${reason}`);
}
if (!Number.isSafeInteger(containers) || containers < 1) {
  throw new Error(`'${wanted}' is no number of containers`);
}
const stop = new AbortController();
for (const [name, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 })) {
  process.once(name, () => {
    // As a shell tells the end by a signal.
    process.exitCode = 128 + number;
    stop.abort();
  });
}
try {
  await count();
} catch (error) {
  if (error !== stop.signal.reason) {
    throw error;
  }
}

async function count(): Promise<void> {
  const { tally, summary, seconds } = await watchedRun(
    { containers, containersPerPod: 20, width: 4 },
    (made) => {
      process.stderr.write(`\r${made} of ${containers} containers`);
    },
    stop.signal,
  );
  process.stderr.write('\n');
  const { wrong, containers: made, ...right } = tally;
  console.log(`${made} containers in ${seconds.toFixed(0)} s`);
  for (const [what, number] of Object.entries(right)) {
    console.log(`${what.padEnd(10)} ${number}  ${((100 * number) / made).toFixed(3)} %`);
  }
  [...wrong, summary].forEach((line) => {
    console.log(line);
  });
  const isEnough =
    right.id === made && [right.image, right.pod, right.namespace].every((n) => n >= 0.999 * made);
  process.exitCode = isEnough ? 0 : 1;
}
