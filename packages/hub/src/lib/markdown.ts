import { cutText } from './text.ts';

/** Of no width, so that a text looks the same but means something else. */
const gap = '\u200b';

/**
 * A text that shows as before in a Markdown that has links and mentions, but neither notifies a whole channel nor links
 * to an address it does not show. Texts without such things stay as they are.
 */
export function inertMarkdown(text: string): string {
  return text
    .replace(/@(?=all\b|channel\b|here\b|everyone\b)/gi, `@${gap}`)
    .replace(/\](?=[(:[])/g, `]${gap}`)
    .replace(/<(?=[a-z!@#/])/gi, `<${gap}`);
}

/** A code block of at most `length` UTF-16 units around a text, which cannot end it. */
export function inCodeBlock(text: string, length: number): string {
  return `\`\`\`${cutText(text.replaceAll('```', `\`${gap}\`${gap}\``), length - 6)}\`\`\``;
}

/** Escapes what Telegram's MarkdownV2 gives a meaning to. */
export function escapeMarkdownV2(text: string): string {
  return text.replace(/[_*[\]()~`>#+\-=|{}.!\\]/g, '\\$&');
}
