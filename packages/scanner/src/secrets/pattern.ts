import { AppError } from '@lanner/core';
import { RE2JS, RE2JSException } from 're2js';

/** Bytes of a text, one character each: `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface PatternMatch extends Span {
  /** The parts that are secret. */
  readonly secrets: readonly Span[];
}

/** Looks for secrets in a text that has one character per byte. Takes time linear in the text. */
export type Pattern = (text: string) => Iterable<PatternMatch>;

/** A pattern of ours: V8 runs it, as none of them can take more than linear time. Secret is the group `secret`. */
export function builtinPattern(source: string, flags: string): Pattern {
  const probe = new RegExp(source, flags);
  const regex = new RegExp(source, `dg${flags}`);
  function* matchesOf(text: string): Generator<PatternMatch> {
    for (const { index, 0: whole, indices } of text.matchAll(regex)) {
      const match = { start: index, end: index + whole.length };
      const group = indices?.groups?.['secret'];
      yield { ...match, secrets: [group === undefined ? match : { start: group[0], end: group[1] }] };
    }
  }
  // Hardly any text has a match, and only to ask for one leaves no garbage.
  return (text) => (probe.test(text) ? matchesOf(text) : []);
}

/** A pattern of a user, in the syntax of RE2. Without a group all of the match is secret. */
export function userPattern(source: string, group: string | undefined): Pattern {
  const { source: plain, groups } = numberedGroups(asBytes(source));
  const regex = compile(plain, source);
  const secretGroups = group === undefined ? [0] : (groups.get(group) ?? []);
  return function* find(text) {
    const matcher = regex.matcher(text);
    while (matcher.find()) {
      const secrets = secretGroups
        .map((number) => ({ start: matcher.start(number), end: matcher.end(number) }))
        .filter(({ start, end }) => start >= 0 && end > start);
      yield { start: matcher.start(0), end: matcher.end(0), secrets };
    }
  };
}

/** Whether a user's regular expression is found in a text. */
export function userTest(source: string): (text: string) => boolean {
  const regex = compile(source, source);
  return (text) => regex.matcher(text).find();
}

/** Like `userTest`, for texts that have one character per byte. */
export function userBytesTest(source: string): (text: string) => boolean {
  return userTest(asBytes(source));
}

function compile(source: string, named: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) {
      throw new AppError('config.invalid', `the regular expression '${named}' is invalid: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Characters outside of ASCII as the bytes that they have in files. */
function asBytes(source: string): string {
  return Buffer.from(source).toString('latin1');
}

/** Names become numbers, as several groups may have the same name. */
function numberedGroups(source: string): { source: string; groups: ReadonlyMap<string, number[]> } {
  const groups = new Map<string, number[]>();
  let count = 0;
  const plain = source.replaceAll(
    /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\\[^]|\[:\^?\w+:\]|[^\]\\])*\]|\((?:\?P?<(\w+)>|(?!\?))/g,
    (token, name: string | undefined) => {
      if (!token.startsWith('(')) {
        return token;
      }
      count++;
      if (name !== undefined) {
        groups.set(name, [...(groups.get(name) ?? []), count]);
      }
      return '(';
    },
  );
  return { source: plain, groups };
}
