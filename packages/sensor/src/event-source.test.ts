import { testEvent } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { setEventSource } from './event-source.ts';

test.each([
  ['SYSCALL_CLOSE_X', [0], 'syscall', 0],
  ['ASYNCEVENT_E', [0, 'container', '{}'], 'syscall', 0],
  ['PLUGINEVENT_E', [1, '{}'], 'k8s_audit', 1],
  ['PLUGINEVENT_E', [9, '{}'], 'k8s_audit', 9],
  ['PLUGINEVENT_E', [7, '{}'], '', 7],
] as const)('%s %s is from %j', (code, params, source, pluginId) => {
  const event = testEvent(code, params, { source: 'left over' });
  setEventSource(event);
  expect([event.source, event.pluginId]).toEqual([source, pluginId]);
});
