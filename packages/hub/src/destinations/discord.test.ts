import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './discord.ts';

const webhookurl = 'https://discord.test/api/webhooks/1/x';

interface Message {
  readonly content: string;
  readonly embeds: {
    title: string;
    url: string;
    description: string;
    color: string;
    fields: { name: string; value: string; inline: boolean }[];
  }[];
}

test('a message has an embed with the fields in order', async () => {
  const [posted] = await postedBy(destination, { webhookurl }, [sampleEvent()]);
  expect(posted?.json).toEqual({
    content: '',
    avatar_url:
      'https://raw.githubusercontent.com/falcosecurity/falcosidekick/master/imgs/falcosidekick_color.png',
    embeds: [
      {
        title: '',
        url: '',
        description: sampleEvent().output,
        color: '12745742',
        fields: [
          { name: 'rule', value: 'Terminal shell in container', inline: true },
          { name: 'priority', value: 'Warning', inline: true },
          { name: 'source', value: 'syscalls', inline: true },
          { name: 'hostname', value: 'node-1', inline: true },
          { name: 'container.id', value: '```3f1c0a9b2d4e```', inline: true },
          { name: 'k8s.ns.name', value: '```shop```', inline: true },
          { name: 'k8s.pod.name', value: '```web-7d4b9c```', inline: true },
          {
            name: 'proc.cmdline',
            value: '```bash -c "echo hello from a shell with quite a long command line"```',
            inline: true,
          },
          { name: 'user.name', value: '```root```', inline: true },
          { name: 'tags', value: 'container, shell', inline: true },
          { name: 'time', value: '2026-11-24 09:46:16.105082194 +0000 UTC', inline: true },
        ],
      },
    ],
  });
});

test('keeps to the limits of Discord, whatever an event holds', async () => {
  const texts = fc.array(fc.tuple(fc.string(), fc.string({ unit: 'grapheme', maxLength: 1500 })), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 9000 }), texts, async (output, pairs) => {
      const event = sampleEvent({ output, output_fields: Object.fromEntries(pairs) });
      const [posted] = await postedBy(destination, { webhookurl }, [event]);
      const { embeds } = posted?.json as Message;
      expect(embeds.length).toBeLessThanOrEqual(10);
      let total = 0;
      for (const { description, fields } of embeds) {
        total += description.length;
        expect(description.length).toBeLessThanOrEqual(4096);
        expect(fields.length).toBeLessThanOrEqual(25);
        for (const { name, value } of fields) {
          total += name.length + value.length;
          expect(name.length * value.length).toBeGreaterThan(0);
          expect(name.length).toBeLessThanOrEqual(256);
          expect(value.length).toBeLessThanOrEqual(1024);
          expect(posted?.body.isWellFormed()).toBe(true);
        }
      }
      expect(total).toBeLessThanOrEqual(6000);
    }),
    { numRuns: 40 },
  );
});

test('more than 25 fields go into further embeds, and no value ends its code block', async () => {
  const fields = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${100 + i}`, 'a```b']));
  const [posted] = await postedBy(destination, { webhookurl }, [sampleEvent({ output_fields: fields })]);
  const { embeds } = posted?.json as Message;
  expect(embeds.map((embed) => embed.fields.length)).toEqual([25, 21]);
  expect(embeds[0]?.fields[4]?.value).toMatch(/^```a`\u200b`\u200b`b```$/);
});
