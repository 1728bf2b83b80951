import { type Colour, paint } from './colour.ts';

/** Gravest first: the index is Falco's number. */
const colours: readonly (readonly Colour[])[] = [
  ['brightRed', 'bold'],
  ['brightRed', 'bold'],
  ['brightRed', 'bold'],
  ['red'],
  ['yellow'],
  ['cyan'],
  ['blue'],
  ['dim'],
];

/** Text in the colour of a priority, by Falco's number. */
export function paintPriority(text: string, priority: number, enabled: boolean): string {
  return paint(text, enabled, ...(colours[priority] ?? []));
}
