/**
 * Whether a path matches a glob with `**`, `*`, `?`, `[a-z]`, `{a,b}` and `\`: `**` stands for any number of whole
 * folders, everything else stays within one. A glob that is not well formed matches nothing.
 */
export type GlobMatcher = (path: string) => boolean;

const maxPatternLength = 4096;

/** Compiles a glob once; matching takes time linear in pattern times path. */
export function globMatcher(pattern: string): GlobMatcher {
  const alternatives = pattern.length > maxPatternLength ? null : expandBraces(pattern);
  const compiled = (alternatives ?? []).map((one) => one.split('/').map(compileSegment));
  return (path) => {
    const parts = path.split('/');
    return compiled.some((segments) => matchSegments(segments, parts));
  };
}

type Segment = '**' | ((part: string) => boolean);

function compileSegment(text: string): Segment {
  if (text === '**') {
    return '**';
  }
  if (!/[*?[\\]/.test(text)) {
    return (part) => part === text;
  }
  const tokens = tokenize(text);
  return tokens === null ? () => false : (part) => matchTokens(tokens, part);
}

/** Greedy with one point to return to, as only the last `**` can need another length. */
function matchSegments(segments: readonly Segment[], parts: readonly string[]): boolean {
  let s = 0;
  let p = 0;
  let starAt = -1;
  let starPart = 0;
  while (p < parts.length) {
    const segment = segments[s];
    if (segment === '**') {
      starAt = s++;
      starPart = p;
    } else if (segment?.(parts[p] ?? '') === true) {
      s++;
      p++;
    } else if (starAt >= 0) {
      s = starAt + 1;
      p = ++starPart;
    } else {
      return false;
    }
  }
  while (segments[s] === '**') {
    s++;
  }
  return s === segments.length;
}

/** `*` any text, `?` one character, otherwise what one character must be. */
type Token = '*' | '?' | ((character: string) => boolean);

function matchTokens(tokens: readonly Token[], text: string): boolean {
  const characters = Array.from(text);
  let t = 0;
  let c = 0;
  let starAt = -1;
  let starCharacter = 0;
  while (c < characters.length) {
    const token = tokens[t];
    if (token === '*') {
      starAt = t++;
      starCharacter = c;
    } else if (token === '?' || (typeof token === 'function' && token(characters[c] ?? ''))) {
      t++;
      c++;
    } else if (starAt >= 0) {
      t = starAt + 1;
      c = ++starCharacter;
    } else {
      return false;
    }
  }
  while (tokens[t] === '*') {
    t++;
  }
  return t === tokens.length;
}

/** Null when a class or escape does not end. */
function tokenize(text: string): Token[] | null {
  const characters = Array.from(text);
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === '*' || character === '?') {
      tokens.push(character);
    } else if (character === '[') {
      const end = characters.indexOf(']', i + 2);
      if (end < 0) {
        return null;
      }
      tokens.push(characterClass(characters.slice(i + 1, end)));
      i = end;
    } else {
      const literal = character === '\\' ? characters[++i] : character;
      if (literal === undefined) {
        return null;
      }
      tokens.push((given) => given === literal);
    }
  }
  return tokens;
}

function characterClass(body: readonly string[]): (character: string) => boolean {
  const negated = body[0] === '!' || body[0] === '^';
  const items = negated ? body.slice(1) : body;
  const ranges: [string, string][] = [];
  for (let i = 0; i < items.length; i++) {
    const from = items[i] ?? '';
    if (items[i + 1] === '-' && i + 2 < items.length) {
      ranges.push([from, items[i + 2] ?? '']);
      i += 2;
    } else {
      ranges.push([from, from]);
    }
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated;
}

const maxAlternatives = 1000;

/** `a{b,c}d` → `abd`, `acd`; nested ones too. Null when braces do not pair, or expand to too many. */
function expandBraces(pattern: string): string[] | null {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const group = innerGroup(next);
    if (group === null) {
      return null;
    }
    if (group === 'none') {
      done.push(next);
    } else {
      open.push(...group);
    }
    if (open.length + done.length > maxAlternatives) {
      return null;
    }
  }
  return done;
}

/** The pattern with its first innermost group replaced by each choice. */
function innerGroup(pattern: string): string[] | 'none' | null {
  let start = -1;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') {
      i++;
    } else if (character === '{') {
      start = i;
    } else if (character === '}') {
      if (start < 0) {
        return null;
      }
      const choices = pattern.slice(start + 1, i).split(',');
      return choices.map((choice) => pattern.slice(0, start) + choice + pattern.slice(i + 1));
    }
  }
  return start < 0 ? 'none' : null;
}
