import { expect, test } from 'vitest';
import { hostNamesOf } from './host-names.ts';
import { loadRules } from './load-rules.ts';

test('host names are found wherever the end of a connection is compared with them, once each', () => {
  const { enabled } = loadRules([
    {
      name: 'f.yaml',
      content: `
- list: hosts
  items: [a.example, b.example]
- macro: known
  condition: (fd.sip.name in (hosts) or fd.rip.name = c.example)
- rule: Connects
  desc: d
  condition: evt.type = connect and not known and fd.cip.name != a.example and fd.name != d.example
  output: o
  priority: INFO
`,
    },
  ]);
  expect(hostNamesOf(enabled.map(({ plan }) => plan)).sort()).toEqual([
    'a.example',
    'b.example',
    'c.example',
  ]);
});
