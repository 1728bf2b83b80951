import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './teams.ts';

const webhookurl = 'https://x.webhook.office.test/webhookb2/x';

test('a card shows output and facts', async () => {
  const [posted] = await postedBy(destination, { webhookurl }, [sampleEvent({ priority: 'Critical' })]);
  expect(posted?.json).toEqual({
    '@type': 'MessageCard',
    summary: sampleEvent().output,
    themeColor: 'ff9000',
    sections: [
      {
        activityTitle: 'Falcosidekick',
        activitySubtitle: '2026-11-24 09:46:16.105082194 +0000 UTC',
        activityImage:
          'https://raw.githubusercontent.com/falcosecurity/falcosidekick/master/imgs/falcosidekick_color.png',
        text: sampleEvent().output,
        facts: [
          { name: 'rule', value: 'Terminal shell in container' },
          { name: 'priority', value: 'Critical' },
          { name: 'source', value: 'syscalls' },
          { name: 'hostname', value: 'node-1' },
          { name: 'container.id', value: '3f1c0a9b2d4e' },
          { name: 'k8s.ns.name', value: 'shop' },
          { name: 'k8s.pod.name', value: 'web-7d4b9c' },
          { name: 'proc.cmdline', value: 'bash -c "echo hello from a shell with quite a long command line"' },
          { name: 'user.name', value: 'root' },
          { name: 'tags', value: 'container, shell' },
        ],
      },
    ],
  });
});

test.each([
  ['text', { text: sampleEvent().output }, false],
  ['facts', { text: '' }, true],
])('outputformat %s', async (outputformat, section, facts) => {
  const [posted] = await postedBy(destination, { webhookurl, outputformat }, [sampleEvent()]);
  const [only] = (posted?.json as { sections: object[] }).sections;
  expect(only).toMatchObject(section);
  expect('facts' in (only ?? {})).toBe(facts);
});
