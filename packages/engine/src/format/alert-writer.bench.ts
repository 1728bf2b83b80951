import { fieldClasses } from '../fields/registry.gen.ts';
import { createFieldLookup } from '../resolve/lookup.ts';
import { alertsPerSecond, benchOutput } from '../testkit/bench-alert.ts';
import { alertWriter, type AlertWriter } from './alert-writer.ts';
import { compileOutput } from './output.ts';

function benchWriter(): AlertWriter {
  const result = compileOutput(benchOutput, { fields: createFieldLookup(fieldClasses), source: 'syscall' });
  if (!result.ok) {
    throw new Error(result.message);
  }
  const tags = ['T1555', 'container', 'filesystem', 'host', 'maturity_stable', 'mitre_credential_access'];
  const rule = 'Read sensitive file untrusted';
  return alertWriter(
    { rule, source: 'syscall', priority: 'Warning', tags, output: result.output },
    { hostname: 'demo' },
  );
}

export const benchmarks = [
  { id: 'alert-json', unit: 'alerts/s', bar: '200,000', run: () => alertsPerSecond(benchWriter().json) },
  { id: 'alert-text', unit: 'alerts/s', bar: '300,000', run: () => alertsPerSecond(benchWriter().text) },
];
