import { eventJson, type FalcoEvent } from '@lanner/api';
import type { EventMessage } from '../destination.ts';

/** An event like those of Falco, changed where a test wants it. */
export function sampleEvent(changes: Partial<FalcoEvent> = {}): FalcoEvent {
  return {
    uuid: '6a3e1a5e-6b7f-4f2f-8f3b-0c1d2e3f4a5b',
    output: '09:46:16.105: Warning A shell was started in a container (user=root)',
    priority: 'Warning',
    rule: 'Terminal shell in container',
    time: '2026-11-24T09:46:16.105082194Z',
    source: 'syscalls',
    output_fields: {
      'container.id': '3f1c0a9b2d4e',
      'evt.time': 1795513576105082194n,
      'k8s.ns.name': 'shop',
      'k8s.pod.name': 'web-7d4b9c',
      'proc.cmdline': 'bash -c "echo hello from a shell with quite a long command line"',
      'proc.pid': 4711,
      'user.name': 'root',
    },
    tags: ['container', 'shell'],
    hostname: 'node-1',
    ...changes,
  };
}

/** Texts that mean something to one receiver or another: headers, markup, line protocol, SQL, syslog, templates. */
export const hostileText =
  'a\r\nX-Injected: 1\r\n\r\n<!channel> @all [x](http://evil.test) ```code``` *b* \\* _i_ ' +
  `{{ .Rule }} \${jndi:x} ', "); DROP TABLE falcosidekick_events; -- | = , \\, \\= " \\" \u0000\u001b[31m é😀 %n`;

export function hostileEvent(uuid = '00000000-0000-4000-8000-00000000dead'): FalcoEvent {
  return sampleEvent({
    uuid,
    output: hostileText,
    rule: hostileText,
    source: hostileText,
    hostname: hostileText,
    tags: [hostileText, 'b'],
    output_fields: { [hostileText]: hostileText, 'a.b': hostileText, 'c[0]': hostileText, n: 1 },
  });
}

export function messageOf(event: FalcoEvent): EventMessage {
  return { line: eventJson(event), priority: 4, event };
}

/** Messages that can be told apart by their output and uuid. */
export function numberedMessages(count: number): EventMessage[] {
  return Array.from({ length: count }, (_, i) =>
    messageOf(
      sampleEvent({
        uuid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
        output: `alert number ${i}`,
        time: `2026-11-24T09:46:16.${String(100_000_000 + i)}Z`,
      }),
    ),
  );
}
