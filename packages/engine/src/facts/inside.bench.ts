import { fieldClasses } from '../fields/registry.gen.ts';
import { compileOutput } from '../format/output.ts';
import { createFieldLookup } from '../resolve/lookup.ts';
import { loadRules } from '../rules/load-rules.ts';
import { alertsPerSecond, benchOutput } from '../testkit/bench-alert.ts';
import { insideReader } from './inside.ts';

// With as many conditions and exceptions as default rules have.
const rule = `
- rule: Read sensitive file untrusted
  desc: d
  condition: >
    evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.name startswith /etc
    and proc.name exists and not proc.name in (sshd, sudo, su, cron, systemd, login)
    and not proc.pname in (dpkg, apt, rpm) and not proc.cmdline contains check
    and not (container.image.repository = example.org/backup and user.uid = 0)
  output: ${benchOutput}
  priority: WARNING
  exceptions:
    - name: programs
      fields: [proc.exepath, "proc.aname[2]", fd.name]
      comps: [startswith, "=", in]
      values: [[/usr/bin/backup, cron, [/etc/shadow, /etc/gshadow]]]
`;

function reader(): ReturnType<typeof insideReader> {
  const { enabled, results } = loadRules([{ name: 'bench.yaml', content: rule }]);
  const [loaded] = enabled;
  if (loaded === undefined) {
    throw new Error(`the rule did not load: ${JSON.stringify(results)}`);
  }
  const scope = { fields: createFieldLookup(fieldClasses), source: 'syscall' };
  const output = compileOutput(loaded.output, scope);
  if (!output.ok) {
    throw new Error(output.message);
  }
  return insideReader(loaded, [output.output], scope);
}

/** How often of so many alerts the leaves are told that were true: for the first ones of a group, then for some. */
const matchedEvery = 100;

export const benchmarks = [
  {
    id: 'alert-facts',
    unit: 'alerts/s',
    note: 'facts and lineage as JSON, beside what an alert costs printed (alert-json)',
    run: () => {
      const { json } = reader();
      return alertsPerSecond((event, index) => json(event, index % matchedEvery === 0));
    },
  },
  {
    id: 'alert-facts-matched',
    unit: 'alerts/s',
    note: 'with the leaves of the condition that were true',
    run: () => {
      const { json } = reader();
      return alertsPerSecond((event) => json(event, true));
    },
  },
];
