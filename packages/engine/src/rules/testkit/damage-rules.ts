import { makeCondition, makeOutput } from './make-condition.ts';
import { pick, type Random } from './random.ts';

const pieces = [
  ':',
  ': ',
  '- ',
  '-',
  '?',
  '|',
  '>',
  '"',
  "'",
  '\\',
  '[',
  ']',
  '{',
  '}',
  ',',
  '#',
  ' #',
  '&a',
  '*a',
  '!',
  '!<',
  '%',
  '@',
  '`',
  '\n',
  '\r',
  '\t',
  ' ',
  '  ',
  '\0',
  '\xff',
  '\xef\xbb\xbf',
  '---\n',
  '...\n',
  '<<: ',
  'append: true\n',
  'override: {condition: append}',
  'not ',
  ' and ',
  '(',
  ')',
  '~',
  '0x',
  '1e9',
  '\xc3\xa9',
  '\u0085',
];

/** Changes a text in its bytes and its lines. `others` are texts to take pieces from. */
export function damageRules(random: Random, text: string, others: readonly string[]): string {
  let damaged = text;
  for (let i = 1 + random(3); i > 0; i--) {
    damaged = random(2) === 0 ? damageLines(random, damaged, others) : damageBytes(random, damaged);
  }
  return damaged;
}

function damageBytes(random: Random, text: string): string {
  const at = random(text.length + 1);
  const end = at + pick(random, [0, 1, 1, 2, random(20)]);
  switch (random(12)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(end);
    case 2:
      return (
        text.slice(0, at) +
        pick(random, pieces).repeat(1 + random(random(50) === 0 ? 3000 : 4)) +
        text.slice(end)
      );
    case 3:
      return text.slice(0, at) + text.slice(at, at + random(200)).repeat(2) + text.slice(end);
    default:
      return text.slice(0, at) + pick(random, pieces) + text.slice(end);
  }
}

function damageLines(random: Random, text: string, others: readonly string[]): string {
  const lines = text.split('\n');
  const at = random(lines.length);
  const line = lines[at] ?? '';
  switch (random(9)) {
    case 0:
      lines.splice(at, 1 + random(3));
      break;
    case 1:
      lines.splice(random(lines.length), 0, ...lines.slice(at, at + 1 + random(4)));
      break;
    case 2:
      lines[at] = ' '.repeat(random(5)) + line.trimStart();
      break;
    case 3:
      lines[at] = (lines[random(lines.length)] ?? '') + line;
      break;
    case 4:
      lines[at] = line.replace(/: .*$/, () => `: ${makeCondition(random)}`);
      break;
    case 5:
      lines[at] = line.replace(/: .*$/, () => `: ${makeOutput(random)}`);
      break;
    case 6: {
      const other = pick(random, others).split('\n');
      const from = random(other.length);
      lines.splice(at, random(3), ...other.slice(from, from + 1 + random(8)));
      break;
    }
    case 7:
      lines[at] = `${line} ${pick(random, ['[', '{a: ', '(', 'not ', '- ', '? '])}`.repeat(
        random(12) === 0 ? 600 : 2,
      );
      break;
    default:
      lines[at] = line.replace(/[\w.-]+/, () =>
        pick(random, [
          'rule',
          'macro',
          'list',
          'items',
          'condition',
          'append',
          'override',
          'exceptions',
          'values',
          'fields',
          'enabled',
          'tags',
          'x'.repeat(random(300)),
        ]),
      );
  }
  return lines.join('\n');
}
