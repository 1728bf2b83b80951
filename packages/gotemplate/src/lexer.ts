import { AppError } from '@lanner/core';

/** One token inside an action, or a stretch of text between actions. */
export interface Token {
  readonly kind:
    | 'text'
    | 'open'
    | 'close'
    | 'word'
    | 'field'
    | 'variable'
    | 'dot'
    | 'string'
    | 'char'
    | 'number'
    | 'space'
    | 'punctuation';
  readonly text: string;
  readonly line: number;
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['space', /[ \t\r\n]+/y],
  ['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  ['char', /'(?:[^'\\\n]|\\.)+'/y],
  [
    'number',
    /[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\p{L}_])/uy,
  ],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['variable', /\$(?:[\p{L}_][\p{L}\p{Nd}_]*)?/uy],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['dot', /\./y],
  ['punctuation', /:=|[=|(),]/y],
];

/** The failure of reading a template, with its line. */
export function syntaxError(name: string, line: number, problem: string): AppError {
  return new AppError('template.syntax', `template: ${name}:${line}: ${problem}`, { details: { line } });
}

/** Splits a template into tokens; trim markers and comments are resolved here. */
export function tokenize(name: string, source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const end = open < 0 ? source.length : open;
    let text = source.slice(at, end);
    const textLine = line;
    line += lineBreaks(text);
    if (trimNext) {
      text = text.replace(/^[ \t\r\n]+/, '');
    }
    const trimBefore = open >= 0 && /^\{\{-[ \t\r\n]/.test(source.slice(open, open + 4));
    if (trimBefore) {
      text = text.replace(/[ \t\r\n]+$/, '');
    }
    if (text !== '') {
      tokens.push({ kind: 'text', text, line: textLine });
    }
    if (open < 0) {
      break;
    }
    const action = readAction(name, source, open + (trimBefore ? 3 : 2), line, tokens);
    line += lineBreaks(source.slice(open, action.end));
    at = action.end;
    trimNext = action.trim;
  }
  return tokens;
}

function readAction(
  name: string,
  source: string,
  start: number,
  firstLine: number,
  tokens: Token[],
): { end: number; trim: boolean } {
  const comment = /[ \t\r\n]*\/\*[\s\S]*?\*\/(?:([ \t\r\n]+-)?\}\})?/y;
  comment.lastIndex = start;
  const found = comment.exec(source);
  if (found !== null) {
    if (!found[0].endsWith('}}')) {
      throw syntaxError(name, firstLine, 'comment ends before closing delimiter');
    }
    return { end: comment.lastIndex, trim: found[1] !== undefined };
  }
  tokens.push({ kind: 'open', text: '{{', line: firstLine });
  let at = start;
  let line = firstLine;
  for (;;) {
    const close = /^(?:[ \t\r\n]+-)?\}\}/.exec(source.slice(at, at + 64));
    if (close !== null) {
      tokens.push({ kind: 'close', text: '}}', line });
      return { end: at + close[0].length, trim: close[0].length > 2 };
    }
    const token = nextToken(source, at, line);
    if (token === null) {
      throw syntaxError(name, line, problemAt(source, at));
    }
    tokens.push(token);
    line += lineBreaks(token.text);
    at += token.text.length;
  }
}

function nextToken(source: string, at: number, line: number): Token | null {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) {
      return { kind, text: match[0], line };
    }
  }
  return null;
}

function problemAt(source: string, at: number): string {
  const character = source[at];
  if (character === undefined) {
    return 'unclosed action';
  }
  if (character === '"' || character === "'") {
    return character === '"' ? 'unterminated quoted string' : 'unterminated character constant';
  }
  return character === '`'
    ? 'unterminated raw quoted string'
    : `unexpected ${JSON.stringify(character)} in command`;
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}
