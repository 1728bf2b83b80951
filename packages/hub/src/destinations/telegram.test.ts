import { expect, test } from 'vitest';
import { hostileEvent, sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './telegram.ts';

const values = { token: '1:x', chatid: '-100' };

test('a message is MarkdownV2 with everything escaped', async () => {
  const [posted] = await postedBy(destination, { ...values, messagethreadid: '7' }, [
    sampleEvent({ output_fields: { 'proc.pid': 12, 'user.name': 'a_b\\c' } }),
  ]);
  expect(posted?.url).toBe('https://api.telegram.org/bot1:x/sendMessage');
  expect(posted?.json).toEqual({
    parse_mode: 'MarkdownV2',
    disable_web_page_preview: true,
    chat_id: '-100',
    message_thread_id: '7',
    text: [
      '*\\[Falco\\] \\[Warning\\] Terminal shell in container*',
      '',
      '• *Time*: 2026\\-11\\-24 09:46:16\\.105082194 \\+0000 UTC',
      '• *Source*: syscalls',
      '• *Hostname*: node\\-1',
      '• *Tags*: container shell ',
      '• *Fields*:',
      '\t  • *proc\\.pid*: 12',
      '\t  • *user\\.name*: a\\_b\\\\c',
      '',
      '',
      '**Output**: 09:46:16\\.105: Warning A shell was started in a container \\(user\\=root\\)',
      '',
    ].join('\n'),
  });
});

test('an empty host is that of Telegram', async () => {
  const [posted] = await postedBy(destination, { ...values, host: '' }, [sampleEvent()]);
  expect(posted?.url).toMatch(/^https:\/\/api\.telegram\.org\/bot/);
  expect(posted?.json).not.toHaveProperty('message_thread_id');
});

test('a long event is cut to what a message may hold', async () => {
  const long = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`field.${i}`, '.'.repeat(4000)]));
  const [posted] = await postedBy(destination, values, [
    { ...hostileEvent(), output: '_'.repeat(9000), output_fields: long },
  ]);
  const { text } = posted?.json as { text: string };
  expect(text.length).toBeLessThanOrEqual(4096);
  // No escape is cut in two, and nothing but the message's own markup is left.
  expect(text.replace(/\\./gs, '').replace(/\*/g, '')).not.toMatch(/[_[\]()~`>#+=|{}.!-]/);
});
