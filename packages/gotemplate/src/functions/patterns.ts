import { RE2JS } from 're2js';
import type { Value } from '../value.ts';
import { failure, toInteger, toText } from './failure.ts';

/** Regular expressions (RE2, linear time) under the names of the Sprig library. */
export const patternFunctions = {
  regexMatch: (pattern: Value, text: Value) => compile(pattern).matcher(toText(text)).find(),
  regexFind(pattern: Value, text: Value) {
    const matcher = compile(pattern).matcher(toText(text));
    return matcher.find() ? (matcher.group(0) ?? '') : '';
  },
  regexFindAll(pattern: Value, text: Value, limit: Value) {
    const matcher = compile(pattern).matcher(toText(text));
    const most = toInteger(limit) < 0 ? Number.POSITIVE_INFINITY : toInteger(limit);
    const found: string[] = [];
    while (found.length < most && matcher.find()) {
      found.push(matcher.group(0) ?? '');
    }
    return found;
  },
  regexReplaceAll: (pattern: Value, text: Value, replacement: Value) =>
    compile(pattern).matcher(toText(text)).replaceAll(toText(replacement)),
  regexReplaceAllLiteral: (pattern: Value, text: Value, replacement: Value) =>
    compile(pattern)
      .matcher(toText(text))
      .replaceAll(RE2JS.quoteReplacement(toText(replacement))),
  regexSplit: (pattern: Value, text: Value, limit: Value) =>
    compile(pattern).split(toText(text), Math.max(0, toInteger(limit))),
};

function compile(pattern: Value): RE2JS {
  try {
    return RE2JS.compile(toText(pattern));
  } catch (error) {
    throw failure(`the regular expression does not compile: ${(error as Error).message}`);
  }
}
