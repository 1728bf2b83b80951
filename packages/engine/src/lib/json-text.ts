/**
 * JSON read in place: nodes are spans of the text, opened only when asked. Numbers keep their digits, objects their
 * order and duplicates, and texts their escapes, since all of this is visible in the fields of JSON events.
 * Texts are byte strings. As lenient as Falco's JSON plugins: any run of number characters is a number, `nan` and `inf`
 * too, and texts may hold control characters.
 */
export interface JsonNode {
  readonly kind: 'object' | 'array' | 'string' | 'scalar';
  readonly text: string;
  /** Where the value starts and ends in `text`. */
  readonly start: number;
  readonly end: number;
  /** Found on first use. */
  members: readonly JsonMember[] | null;
  items: readonly JsonNode[] | null;
}

export interface JsonMember {
  /** As written, escapes included. */
  readonly rawKey: string;
  readonly value: JsonNode;
}

/** Arrays and objects inside each other: Falco's JSON plugins refuse deeper texts. */
export const maxJsonDepth = 300;

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const numberAt = /[-+]?(?:inf|nan)|[-+](?:[-+.eE0-9]+|$)|[.eE0-9][-+.eE0-9]*/iy;

/** The value that makes up the whole text, or null when it is not valid. */
export function parseJson(text: string): JsonNode | null {
  const start = skipJsonSpace(text, 0);
  const root = jsonAt(text, start, text.length);
  // What is found on the way is kept, which saves a second walk.
  const members: JsonMember[] | null = root.kind === 'object' ? [] : null;
  const items: JsonNode[] | null = root.kind === 'array' ? [] : null;
  const end = skipValue(text, start, 1, members, items);
  const isWhole = end >= 0 && skipJsonSpace(text, end) === text.length;
  return isWhole ? { kind: root.kind, text, start, end, members, items } : null;
}

/** The value between two positions that `skipJson` has checked. */
export function jsonAt(text: string, start: number, end: number): JsonNode {
  return { kind: kindOf(text.charCodeAt(start)), text, start, end, members: null, items: null };
}

/**
 * Checks the value that starts at `at` and gives where it ends.
 * Where it is not valid: `-1 - position`, and that position is the text's length when the text only stops too early.
 */
export function skipJson(text: string, at: number): number {
  return skipValue(text, at, 1);
}

/** The first position from `at` that is not white space. */
export function skipJsonSpace(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== space && code !== lineFeed && code !== carriageReturn && code !== tab) {
      return at;
    }
    at++;
  }
}

/** The members of an object in their order; none for other values. */
export function jsonMembers(value: JsonNode): readonly JsonMember[] {
  if (value.kind !== 'object') {
    return [];
  }
  value.members ??= readMembers(value);
  return value.members;
}

/** The elements of an array; none for other values. */
export function jsonItems(value: JsonNode): readonly JsonNode[] {
  if (value.kind !== 'array') {
    return [];
  }
  value.items ??= readItems(value);
  return value.items;
}

/** The member of an object with this key, the first of several; null when there is none or the value is no object. */
export function jsonMember(value: JsonNode, key: string): JsonNode | null {
  return memberWith(jsonMembers(value), key);
}

/** As `jsonMember`, for values of any size: what is passed over is not kept. */
export function findJsonMember(value: JsonNode, key: string): JsonNode | null {
  return value.kind === 'object' ? memberWith(walkMembers(value), key) : null;
}

/** The elements of an array one by one, for values of any size; none for other values. */
export function* jsonElements(value: JsonNode): Generator<JsonNode, void> {
  if (value.kind === 'array') {
    yield* walkItems(value);
  }
}

function memberWith(members: Iterable<JsonMember>, key: string): JsonNode | null {
  let escaped: JsonNode | null = null;
  for (const { rawKey, value } of members) {
    if (rawKey === key) {
      return value;
    }
    if (escaped === null && rawKey.includes('\\') && unescapeJson(rawKey) === key) {
      escaped = value;
    }
  }
  return escaped;
}

/** What a text says, its escapes resolved; null for other values. */
export function jsonString(value: JsonNode): string | null {
  return value.kind === 'string' ? unescapeJson(value.text.slice(value.start + 1, value.end - 1)) : null;
}

/** A text's content; any other value as written, without white space between its parts. */
export function jsonText(value: JsonNode): string {
  return jsonString(value) ?? compactJson(value);
}

/** The value as written, without white space between its parts. */
export function compactJson({ text, start, end }: JsonNode): string {
  const value = text.slice(start, end);
  return /\s[{}[\],:"]|[{}[\],:"]\s/.test(value) ? withoutSpace(value) : value;
}

function withoutSpace(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = skipJsonText(text, at);
    } else if (code > space) {
      at++;
    } else {
      parts.push(text.slice(from, at));
      at = skipJsonSpace(text, at);
      from = at;
    }
  }
  parts.push(text.slice(from));
  return parts.join('');
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Resolves escapes; one that is not valid stays as it is. Characters beyond ASCII become UTF-8 bytes. */
export function unescapeJson(raw: string): string {
  if (!raw.includes('\\')) {
    return raw;
  }
  return raw.replace(
    /\\u(d[89a-f][0-9a-f]{2})(?:\\u([0-9a-f]{4}))?|\\u([0-9a-f]{4})|\\([^])/gi,
    (whole: string, surrogate?: string, second?: string, unit?: string, letter?: string) => {
      if (letter !== undefined) {
        return escapes[letter] ?? whole;
      }
      return unit === undefined ? unescapePair(whole, surrogate, second) : utf8(Number.parseInt(unit, 16));
    },
  );
}

// Half a pair stays as it is when no escape follows; two halves that do not fit are one unknown character.
function unescapePair(whole: string, surrogate = '', second: string | undefined): string {
  if (second === undefined) {
    return whole;
  }
  const high = Number.parseInt(surrogate, 16);
  const low = Number.parseInt(second, 16);
  const isPair = high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff;
  return utf8(isPair ? 0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff) : 0xfffd);
}

function utf8(point: number): string {
  if (point < 0x80) {
    return String.fromCharCode(point);
  }
  const tail = (shift: number): number => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x800) {
    return String.fromCharCode(0xc0 | (point >> 6), tail(0));
  }
  if (point < 0x1_0000) {
    return String.fromCharCode(0xe0 | (point >> 12), tail(6), tail(0));
  }
  return String.fromCharCode(0xf0 | (point >> 18), tail(12), tail(6), tail(0));
}

function kindOf(code: number): JsonNode['kind'] {
  if (code === openBrace) {
    return 'object';
  }
  if (code === openBracket) {
    return 'array';
  }
  return code === quote ? 'string' : 'scalar';
}

function readMembers({ text, start }: JsonNode): JsonMember[] {
  const members: JsonMember[] = [];
  skipContainer(text, start, 1, closeBrace, members, null);
  return members;
}

function readItems({ text, start }: JsonNode): JsonNode[] {
  const items: JsonNode[] = [];
  skipContainer(text, start, 1, closeBracket, null, items);
  return items;
}

// The whole text has been checked: every part of it skips without failure.
function* walkMembers({ text, start, end }: JsonNode): Generator<JsonMember, void> {
  let at = skipJsonSpace(text, start + 1);
  while (at < end - 1) {
    const valueStart = skipKey(text, at);
    const valueEnd = skipValue(text, valueStart, 1);
    yield memberAt(text, at, valueStart, valueEnd);
    at = skipJsonSpace(text, skipJsonSpace(text, valueEnd) + 1);
  }
}

function* walkItems({ text, start, end }: JsonNode): Generator<JsonNode, void> {
  let at = skipJsonSpace(text, start + 1);
  while (at < end - 1) {
    const itemEnd = skipValue(text, at, 1);
    yield jsonAt(text, at, itemEnd);
    at = skipJsonSpace(text, skipJsonSpace(text, itemEnd) + 1);
  }
}

function skipValue(
  text: string,
  at: number,
  depth: number,
  members: JsonMember[] | null = null,
  items: JsonNode[] | null = null,
): number {
  switch (text.charCodeAt(at)) {
    case openBrace:
      return skipContainer(text, at, depth, closeBrace, members, items);
    case openBracket:
      return skipContainer(text, at, depth, closeBracket, members, items);
    case quote:
      return skipJsonText(text, at);
    case 0x74:
      return skipWord(text, at, 'true');
    case 0x66:
      return skipWord(text, at, 'false');
    case 0x6e:
      return text.startsWith('null', at) ? at + 4 : skipNumber(text, at);
    default:
      return skipNumber(text, at);
  }
}

// Members of an object, or elements of an array, are put into the list that is given.
function skipContainer(
  text: string,
  start: number,
  depth: number,
  close: number,
  members: JsonMember[] | null,
  items: JsonNode[] | null,
): number {
  if (depth > maxJsonDepth) {
    return -1 - start;
  }
  let at = skipJsonSpace(text, start + 1);
  if (text.charCodeAt(at) === close) {
    return at + 1;
  }
  for (;;) {
    at = skipJsonSpace(text, at);
    const keyStart = at;
    if (close === closeBrace) {
      at = skipKey(text, at);
      if (at < 0) {
        return at;
      }
    }
    const valueStart = at;
    at = skipValue(text, at, depth + 1);
    if (at < 0) {
      return at;
    }
    members?.push(memberAt(text, keyStart, valueStart, at));
    items?.push(jsonAt(text, valueStart, at));
    at = skipJsonSpace(text, at);
    const code = text.charCodeAt(at);
    if (code === close) {
      return at + 1;
    }
    if (code !== comma) {
      return -1 - at;
    }
    at++;
  }
}

function memberAt(text: string, keyStart: number, valueStart: number, valueEnd: number): JsonMember {
  const keyEnd = skipJsonText(text, keyStart);
  return { rawKey: text.slice(keyStart + 1, keyEnd - 1), value: jsonAt(text, valueStart, valueEnd) };
}

// A key, its colon and the space around them.
function skipKey(text: string, at: number): number {
  if (text.charCodeAt(at) !== quote) {
    return -1 - at;
  }
  const end = skipJsonText(text, at);
  if (end < 0) {
    return end;
  }
  const after = skipJsonSpace(text, end);
  return text.charCodeAt(after) === colon ? skipJsonSpace(text, after + 1) : -1 - after;
}

/** Checks the text whose opening quote is at `start` and gives where it ends; negative as `skipJson` does. */
export function skipJsonText(text: string, start: number): number {
  let at = start;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) {
      return -1 - text.length;
    }
    // A quote belongs to the text when an odd number of backslashes stands before it.
    let before = at;
    while (text.charCodeAt(before - 1) === backslash) {
      before--;
    }
    if ((at - before) % 2 === 0) {
      return at + 1;
    }
  }
}

function skipWord(text: string, at: number, word: string): number {
  if (text.startsWith(word, at)) {
    return at + word.length;
  }
  return failAt(text, at, word);
}

function skipNumber(text: string, at: number): number {
  numberAt.lastIndex = at;
  return numberAt.test(text) ? numberAt.lastIndex : failAt(text, at, 'null');
}

function failAt(text: string, at: number, word: string): number {
  return word.startsWith(text.slice(at, at + word.length)) ? -1 - text.length : -1 - at;
}
