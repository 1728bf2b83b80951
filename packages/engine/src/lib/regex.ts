import { AppError } from '@lanner/core';
import { RE2JS, RE2JSException } from 're2js';
import { withoutOuterAnchors } from './regex/anchors.ts';
import { isLinear } from './regex/linear.ts';
import { requiredTexts, textsAroundStars } from './regex/literals.ts';
import type { RegexNode } from './regex/node.ts';
import { parseRegex } from './regex/parse.ts';
import { printRegex } from './regex/print.ts';
import { includesInOrder } from './texts.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

type TextTest = (bytes: string) => boolean;

/** V8 keeps its choices on a stack that very long texts overflow. */
const longestForV8 = 65_536;

const replacement = '\ufffd';

/**
 * A test for byte strings that match a pattern as a whole, with the meaning of RE2 in POSIX mode on the text made
 * valid UTF-8. Takes linear time. Throws AppError 'condition.type' for a pattern that RE2 would refuse.
 *
 * Cheap tests come first: patterns of texts and `.*` become searches, other ones are tried only on values that hold
 * the texts that every match has. V8 runs those that `isLinear` allows, RE2 the rest.
 */
export function compileRegex(pattern: string): TextTest {
  const text = decodeUtf8(pattern);
  if (encodeUtf8(text) !== pattern) {
    throw new AppError('condition.type', 'invalid regex pattern: invalid UTF-8');
  }
  const node = withoutOuterAnchors(parseRegex(text));
  const full = fullTest(node);
  return searchTest(node, full) ?? prefilteredTest(node, full);
}

/** The engine's name that a pattern is matched with; for tests and reports. */
export function regexEngine(pattern: string): 'search' | 'v8' | 're2' {
  const node = withoutOuterAnchors(parseRegex(decodeUtf8(pattern)));
  if (plainTexts(node) !== null) {
    return 'search';
  }
  return isLinear(node) ? 'v8' : 're2';
}

function fullTest(node: RegexNode): TextTest {
  const slow = re2Test(node);
  return isLinear(node) ? v8Test(node, slow) : slow;
}

function re2Test(node: RegexNode): TextTest {
  try {
    const compiled = RE2JS.compile(printRegex(node, 're2'), RE2JS.MULTILINE);
    return (bytes) => compiled.testExact(decodeUtf8(bytes));
  } catch (error) {
    if (error instanceof RE2JSException) {
      throw new AppError('condition.type', `invalid regex pattern: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function v8Test(node: RegexNode, slow: TextTest): TextTest {
  const expression = new RegExp(`^(?:${printRegex(node, 'v8')})$`, 'u');
  return (bytes) => (bytes.length > longestForV8 ? slow(bytes) : expression.test(decodeUtf8(bytes)));
}

/** `.*` excludes line feeds, so values that have one are left to the full test. */
function searchTest(node: RegexNode, full: TextTest): TextTest | null {
  const texts = plainTexts(node);
  if (texts === null) {
    return null;
  }
  const [first = ''] = texts;
  if (texts.length === 1) {
    return (bytes) => bytes === first;
  }
  const last = texts.at(-1) ?? '';
  const middle = texts.slice(1, -1).filter((text) => text !== '');
  const shortest = first.length + last.length;
  return (bytes) =>
    bytes.length >= shortest &&
    bytes.startsWith(first) &&
    bytes.endsWith(last) &&
    includesInOrder(bytes, middle, first.length, bytes.length - last.length) &&
    (!bytes.includes('\n') || full(bytes));
}

function plainTexts(node: RegexNode): string[] | null {
  const texts = textsAroundStars(node);
  // What stands for a broken sequence is not in the value as it is.
  return texts === null || texts.some((text) => text.includes(replacement)) ? null : texts.map(encodeUtf8);
}

function prefilteredTest(node: RegexNode, full: TextTest): TextTest {
  const required = requiredTexts(node);
  const [prefix, suffix, inner] = [required.prefix, required.suffix, required.inner].map((text) =>
    text.includes(replacement) ? '' : encodeUtf8(text),
  ) as [string, string, string]; // map keeps the length
  if (inner === '') {
    return full;
  }
  const isInside = inner !== prefix && inner !== suffix;
  return (bytes) =>
    bytes.startsWith(prefix) && bytes.endsWith(suffix) && (!isInside || bytes.includes(inner)) && full(bytes);
}
