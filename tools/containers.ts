// Makes thousands of containers in pods of a containerd of its own, most of which live for milliseconds, and counts how
// many alerts know their container, image, pod and namespace. A long job.
// Usage: npm run containers [-- COUNT]   default 10000
import { whyNoContainerd } from '@lanner/runtimes/testkit';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { watchedRun } from './containers/watched-run.ts';

const [count = '10000'] = process.argv.slice(2);
const containers = Number(count);
const reason = whyNoContainerd() ?? whyNoSensor();
if (reason !== null) {
  throw new Error(`this job cannot run here: ${reason}`);
}
if (!Number.isSafeInteger(containers) || containers < 1) {
  throw new Error(`'${count}' is no number of containers`);
}
const { tally, summary, seconds } = await watchedRun(
  { containers, containersPerPod: 20, width: 4 },
  (made) => {
    process.stderr.write(`\r${made} of ${containers} containers`);
  },
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
