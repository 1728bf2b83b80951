import type { StoredAlert } from '@lanner/api';
import { expect, test } from 'vitest';
import { alertLine } from './alert-line.ts';
import type { ServerFigures } from './figures.ts';
import { summaryLines } from './summary-lines.ts';

const empty: ServerFigures = {
  alerts: { all: 0, critical: 0 },
  hosts: { count: 0, packages: 0, system: '' },
  images: { count: 0, packages: 0 },
  findings: { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 },
  failing: [],
  store: '',
};
const none = { sensor: null, scanning: null, notes: [] };

test('a server without anything says how many alerts there are', () => {
  expect(summaryLines(empty, none, 60, false)).toEqual(['─'.repeat(59), 'Alerts    0 in 24 h · 0 critical']);
});

test('what was found, what fails and what is missing', () => {
  const figures: ServerFigures = {
    alerts: { all: 1234, critical: 2 },
    hosts: { count: 1, packages: 412, system: 'debian 12.8' },
    images: { count: 3, packages: 1230 },
    findings: { CRITICAL: 1, HIGH: 20, MEDIUM: 3, LOW: 4, UNKNOWN: 5 },
    failing: [{ name: 'slack', waiting: 7, reason: 'refused\u001b[2J' }],
    store: 'degraded: the disk is full',
  };
  const parts = {
    sensor: { isWell: true, text: 'watches this machine' },
    scanning: { what: 'web:1', step: '', share: 0.5, files: 0 },
    notes: ['No advisory database: vulnerabilities are not looked up. Bring it with: lanner db update'],
  };
  expect(summaryLines(figures, parts, 60, false).slice(1)).toEqual([
    'Sensor    watches this machine',
    'Alerts    1,234 in 24 h · 2 critical',
    'Packages  412 on debian 12.8 · 3 images with 1,230 · scanning web:1 · 50 % …',
    'Findings  1 critical · 20 high · 3 medium · 9 low',
    'Waiting   7 for slack: refused\ufffd[2J',
    'Store     degraded: the disk is full',
    'Missing   No advisory database: vulnerabilities are not',
    '          looked up. Bring it with:',
    '          lanner db update',
  ]);
});

test('an alert is one line without anything that a terminal would obey', () => {
  const alert = {
    event: {
      uuid: '',
      output: '',
      priority: 'Informational',
      rule: 'Rule',
      time: '2026-01-01T10:11:12.5Z',
      source: 'syscall',
      output_fields: { 'proc.cmdline': 'cat \u001b]0;x\u0007', 'fd.name': '/etc/shadow' },
    },
    workload: { namespace: 'shop', pod: 'web-1', container: 'web', containerId: '', image: '' },
  } as unknown as StoredAlert;
  expect(alertLine(alert, false)).toBe(
    '10:11:12  Informati  Rule  cat \ufffd]0;x\ufffd  /etc/shadow  in shop/web-1',
  );
});
