import { RE2JS, RE2JSException } from 're2js';
import { BoundedCache } from './bounded-cache.ts';

/** How many patterns are kept compiled; they stand in rules, so there are few. */
const cacheSize = 256;

/** Tells whether a text contains a match. */
export type Search = (text: string) => boolean;

const searches = new BoundedCache<string, Search>(cacheSize);

/**
 * A regular expression of a rule (RE2 syntax, `^` and `$` at every line) that is looked for anywhere in a text.
 * One that is not valid matches nothing. Takes linear time.
 */
export function searchPattern(pattern: string): Search {
  return searches.get(pattern, compile);
}

function compile(pattern: string): Search {
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.MULTILINE);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    if (error instanceof RE2JSException) {
      return () => false;
    }
    throw error;
  }
}
