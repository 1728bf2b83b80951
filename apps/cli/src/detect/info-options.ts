import type { OptionValues } from '../command.ts';

/** Options that print something and end, instead of detecting, in the order in which Falco looks at them. */
const infoOptions = [
  'version',
  'page-size',
  'config-schema',
  'rule-schema',
  'i',
  'list-plugins',
  'plugin-info',
  'list',
  'list-events',
  'validate',
  'L',
  'l',
  'support',
] as const;

export type InfoOption = (typeof infoOptions)[number];

/** The first such option that was given; undefined when there is none. */
export function infoOption(values: OptionValues): InfoOption | undefined {
  return infoOptions.find((option) => values[option] !== undefined && values[option] !== false);
}
