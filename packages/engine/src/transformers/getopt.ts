import { parseOptions, selectOption } from '../lib/getopt.ts';
import { listOf, text } from '../lib/shapes.ts';
import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'getopt',
  doc: 'Short options and their values among arguments (first input) as getopt(3) finds them by its letters (second input); with [x], the last value of option x.',
  takesArgument: true,
  shape([args, letters, ...more], argument) {
    if (args === undefined || letters === undefined || more.length > 0) {
      return 'getopt() requires exactly 2 arguments: args list and optstring';
    }
    if (!args.list) {
      return 'getopt() first argument must be a list';
    }
    if (letters.list) {
      return 'getopt() second argument (optstring) must be a single value';
    }
    if (args.type !== 'CHARBUF' || letters.type !== 'CHARBUF') {
      return 'getopt() arguments must be strings';
    }
    if (argument !== null && argument.length !== 1) {
      return 'getopt() field argument must be a single option character';
    }
    return { type: 'CHARBUF', list: argument === null };
  },
  apply([args, letters], argument) {
    const options = parseOptions(listOf(args).map(String), text(letters));
    return argument === null
      ? options.flatMap(({ letter, value }) => (value === null ? [letter] : [letter, value]))
      : selectOption(options, argument);
  },
});
