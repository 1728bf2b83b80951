import { expect, test } from 'vitest';
import { hostileEvent, sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './mattermost.ts';

const webhookurl = 'https://chat.test/hooks/x';

interface Message {
  readonly attachments: { readonly text: string; readonly fields: { title: string; value: string }[] }[];
}

test('a message has its own order of fields', async () => {
  const [posted] = await postedBy(destination, { webhookurl, icon: '' }, [sampleEvent()]);
  const { attachments } = posted?.json as Message;
  expect(attachments[0]?.fields.map(({ title }) => title)).toEqual([
    'rule',
    'hostname',
    'priority',
    'source',
    'tags',
    'container.id',
    'k8s.ns.name',
    'k8s.pod.name',
    'proc.cmdline',
    'user.name',
    'time',
  ]);
  expect(posted?.json).toMatchObject({
    username: 'Falcosidekick',
    icon_url: 'https://raw.githubusercontent.com/falcosecurity/falcosidekick/master/imgs/falcosidekick.png',
  });
});

test('texts of an event neither mention a channel nor hide a link', async () => {
  const [posted] = await postedBy(destination, { webhookurl }, [hostileEvent()]);
  const { attachments } = posted?.json as Message;
  for (const text of [attachments[0]?.text, ...(attachments[0]?.fields.map(({ value }) => value) ?? [])]) {
    expect(text).not.toMatch(/@(?:all|channel|here)\b|\]\(/);
  }
});
