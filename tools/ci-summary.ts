// Prints the closing line of a CI run from vitest's JSON report and the number of steps that failed.
import { existsSync, readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

const [reportPath = '', failedSteps = '0'] = process.argv.slice(2);
// A run that ended before its report counts as one failure.
const report: Report = existsSync(reportPath)
  ? (JSON.parse(readFileSync(reportPath, 'utf8')) as Report)
  : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
const failed = Math.max(report.numFailedTests, Number(failedSteps));

console.log(`${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
