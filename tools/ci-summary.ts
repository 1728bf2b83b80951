// Prints the end of a CI run from vitest's JSON report and the names of the steps that failed: what failed, and the counts.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

interface TestFile {
  readonly name: string;
  readonly status: string;
  /** Why the file as a whole failed; empty where only tests of it did. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly TestFile[];
}

/** Of each failure, so that the last lines of a long log tell what it was. */
const shownCharacters = 1500;

function failures({ name, status, message, assertionResults }: TestFile): string[] {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  const why =
    failed.length > 0
      ? failed.map((test) => `${test.fullName}\n${test.failureMessages.join('\n')}`)
      : [message];
  return status === 'failed'
    ? why.map((text) => `FAILED ${relative('', name)}: ${text.slice(0, shownCharacters)}\n`)
    : [];
}

const [reportPath = '', ...failedSteps] = process.argv.slice(2);
// A run that ended before its report counts as one failure.
const report: Report = existsSync(reportPath)
  ? (JSON.parse(readFileSync(reportPath, 'utf8')) as Report)
  : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, testResults: [] };
const failed = Math.max(report.numFailedTests, failedSteps.length);

for (const failure of [
  ...report.testResults.flatMap(failures),
  ...failedSteps.map((step) => `FAILED ${step}`),
]) {
  console.log(failure);
}
console.log(`${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
