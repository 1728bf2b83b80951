import { expect, test } from 'vitest';
import { hostileEvent, sampleEvent } from '../testkit/events.ts';
import { htmlMail, textMail } from './mail.ts';

test('a text has a line for each part and each field', () => {
  const event = sampleEvent({ output: 'two\nlines', output_fields: { b: 2, a: 'x\r\nRule: forged' } });
  expect(textMail(event)).toBe(
    [
      'Priority: Warning',
      'Output: two lines',
      'Rule: Terminal shell in container',
      'Source: syscalls',
      'Hostname: node-1',
      'Tags: container shell ',
      'Time: 2026-11-24 09:46:16.105082194 +0000 UTC',
      '',
      '--Fields--',
      'a: x Rule: forged',
      'b: 2',
      '',
      '',
    ].join('\n'),
  );
});

test('HTML shows texts as texts', () => {
  const html = htmlMail({ ...hostileEvent(), output: '<img src=x onerror="x">&' });
  expect(html).toContain('&#60;img src=x onerror=&#34;x&#34;&#62;&#38;');
  const tags = new Set(Array.from(html.matchAll(/<\/?([a-z0-9]+)/gi), ([, name]) => name));
  expect([...tags].sort()).toEqual(['body', 'h4', 'html', 'p', 'strong', 'table', 'td', 'th', 'tr']);
  expect(html).toContain('background:#ffff00');
});
