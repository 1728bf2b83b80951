import { describe, expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './slack.ts';

const webhookurl = 'https://hooks.slack.test/services/x';

test('a message has an attachment with the fields in order', async () => {
  const [posted] = await postedBy(destination, { webhookurl, channel: '#ops' }, [sampleEvent()]);
  expect(posted?.json).toEqual({
    username: 'Falcosidekick',
    icon_url:
      'https://raw.githubusercontent.com/falcosecurity/falcosidekick/master/imgs/falcosidekick_color.png',
    channel: '#ops',
    attachments: [
      {
        fallback: sampleEvent().output,
        color: '#ffc700',
        text: sampleEvent().output,
        fields: [
          { title: 'rule', value: 'Terminal shell in container', short: true },
          { title: 'priority', value: 'Warning', short: true },
          { title: 'source', value: 'syscalls', short: true },
          { title: 'hostname', value: 'node-1', short: true },
          { title: 'tags', value: 'container, shell', short: true },
          { title: 'container.id', value: '3f1c0a9b2d4e', short: true },
          { title: 'k8s.ns.name', value: 'shop', short: true },
          { title: 'k8s.pod.name', value: 'web-7d4b9c', short: true },
          {
            title: 'proc.cmdline',
            value: 'bash -c "echo hello from a shell with quite a long command line"',
            short: false,
          },
          { title: 'user.name', value: 'root', short: true },
          { title: 'time', value: '2026-11-24 09:46:16.105082194 +0000 UTC', short: false },
        ],
        footer: 'https://github.com/falcosecurity/falcosidekick',
      },
    ],
  });
});

test.each([
  ['text', { text: true, fields: false }],
  ['fields', { text: false, fields: true }],
])('outputformat %s', async (outputformat, has) => {
  const [posted] = await postedBy(destination, { webhookurl, outputformat }, [sampleEvent()]);
  const [attachment] = (posted?.json as { attachments: { text?: string; fields: unknown }[] }).attachments;
  expect(attachment?.text !== undefined).toBe(has.text);
  expect(attachment?.fields !== null).toBe(has.fields);
});

describe('messageformat', () => {
  test('is a Go template over the event', async () => {
    const messageformat =
      '*{{ .Rule }}* {{ .Priority }} on {{ .Hostname }} by {{ index .OutputFields "user.name" }} at {{ .Time }}';
    const [posted] = await postedBy(destination, { webhookurl, messageformat }, [sampleEvent()]);
    expect(posted?.json).toMatchObject({
      text: '*Terminal shell in container* Warning on node-1 by root at 2026-11-24 09:46:16.105082194 +0000 UTC',
    });
  });

  test("texts of the event cannot become markup, the template's own can", async () => {
    const event = sampleEvent({ rule: '<!channel> & <http://evil.test|x>' });
    const [posted] = await postedBy(destination, { webhookurl, messageformat: '<!here> {{ .Rule }}' }, [
      event,
    ]);
    expect(posted?.json).toMatchObject({
      text: '<!here> &lt;!channel&gt; &amp; &lt;http://evil.test|x&gt;',
      attachments: [
        {
          fields: [
            { value: '&lt;!channel&gt; &amp; &lt;http://evil.test|x&gt;' },
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
          ],
        },
      ],
    });
  });

  test('that cannot be read is told at the start', async () => {
    await expect(postedBy(destination, { webhookurl, messageformat: '{{ .Rule' }, [])).rejects.toThrow(
      'slack.messageformat',
    );
  });

  test('that fails on an event costs the text, not the alert', async () => {
    const [posted] = await postedBy(destination, { webhookurl, messageformat: '{{ .Nothing }}' }, [
      sampleEvent(),
    ]);
    expect(posted?.json).not.toHaveProperty('text');
    expect(posted?.json).toMatchObject({ attachments: [{ fallback: sampleEvent().output }] });
  });
});
