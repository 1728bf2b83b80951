import { describe, expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './alertmanager.ts';

const values = { hostport: ['http://am:9093'] };

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: string;
}

async function labelsFor(
  output_fields: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, string | Record<string, string>>> = {},
  priority: 'Debug' | 'Critical' = 'Debug',
): Promise<Readonly<Record<string, string>>> {
  const [posted] = await postedBy(destination, { ...values, ...more }, [
    sampleEvent({ output_fields, priority }),
  ]);
  return (posted?.json as PostedAlert[])[0]?.labels ?? {};
}

test('an alert has the fields as labels', async () => {
  const [posted] = await postedBy(destination, values, [sampleEvent()]);
  expect(posted?.url).toBe('http://am:9093/api/v2/alerts');
  expect(posted?.json).toEqual([
    {
      labels: {
        container_id: '3f1c0a9b2d4e',
        evt_time: '1795513576105082194',
        k8s_ns_name: 'shop',
        k8s_pod_name: 'web-7d4b9c',
        proc_cmdline: 'bash -c "echo hello from a shell with quite a long command line"',
        proc_pid: '4711',
        user_name: 'root',
        source: 'falco',
        rule: 'Terminal shell in container',
        alertname: 'Terminal shell in container',
        eventsource: 'syscalls',
        hostname: 'node-1',
        tags: 'container,shell',
        priority: 'Warning',
        severity: 'warning',
      },
      annotations: {
        info: sampleEvent().output,
        description: sampleEvent().output,
        summary: 'Terminal shell in container',
      },
      endsAt: '0001-01-01T00:00:00Z',
    },
  ]);
});

test('names of fields become names of labels', async () => {
  const labels = await labelsFor({
    'a.b-c': 'x',
    _x__y_: 'y',
    'arg[0]': 'z',
    '0day': 'd',
    '..': 'none',
    ok: true,
  });
  expect(labels).toMatchObject({ a_b_c: 'x', x_y: 'y', arg_0: 'z', _0day: 'd' });
  expect(labels).not.toHaveProperty('ok');
  expect(Object.keys(labels)).not.toContain('');
});

test('settings: expiry, labels, annotations, severities, endpoint, several hosts', async () => {
  const posted = await postedBy(
    destination,
    {
      hostport: ['http://a', 'http://b'],
      endpoint: '/x',
      expiresafter: 60,
      extralabels: { team: 'sec', rule: 'overridden' },
      extraannotations: { runbook: 'r' },
      customseveritymap: { warning: 'page' },
    },
    [sampleEvent()],
  );
  expect(posted.map(({ url }) => url)).toEqual(['http://a/x', 'http://b/x']);
  const [alert] = posted[1]?.json as PostedAlert[];
  expect(alert?.labels).toMatchObject({ team: 'sec', rule: 'overridden', severity: 'page' });
  expect(alert?.annotations.runbook).toBe('r');
  expect(alert?.endsAt).toBe('2026-11-24T09:47:16.105082194Z');
});

test('one Alertmanager of several is enough', async () => {
  const cluster = { hostport: ['http://a', 'http://b'] };
  const posted = await postedBy(destination, cluster, [sampleEvent()], { answers: [{ status: 503 }] });
  expect(posted).toHaveLength(2);
  const none = postedBy(destination, cluster, [sampleEvent()], {
    answers: [{ status: 400 }, { status: 503 }],
  });
  await expect(none).rejects.toMatchObject({ code: 'output.failed', details: { status: 503 } });
});

describe('counts of dropped events', () => {
  test.each([
    [0, '0', 'Warning'],
    [1, '1', 'Critical'],
    [2, '>1', 'Warning'],
    [11, '>10', 'Warning'],
    [101, '>100', 'Critical'],
    [20_000n, '>10000', 'Critical'],
  ])('%s become a range and raise the priority', async (n_drops, label, priority) => {
    expect(await labelsFor({ n_drops, n_evts: 5 })).toMatchObject({ n_drops: label, priority });
  });

  test('never lower it, and other thresholds can be set', async () => {
    expect(await labelsFor({ n_drops: 2 }, {}, 'Critical')).toMatchObject({ priority: 'Critical' });
    const more = { dropeventthresholds: '5:emergency', dropeventdefaultpriority: 'notice' };
    expect(await labelsFor({ n_drops: 6 }, more)).toMatchObject({ n_drops: '>5', priority: 'Emergency' });
    expect(await labelsFor({ n_drops: 4 }, more)).toMatchObject({ n_drops: '4', priority: 'Notice' });
  });

  test.each([
    [{ dropeventthresholds: 'many:critical' }, 'many is no number'],
    [{ dropeventthresholds: '5:loud' }, 'loud is no priority'],
    [{ customseveritymap: { loud: 'x' } }, 'loud is no priority'],
  ])('%j is refused', async (more, message) => {
    await expect(postedBy(destination, { ...values, ...more }, [])).rejects.toThrow(message);
  });
});
