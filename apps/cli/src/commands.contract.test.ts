import { describe, expect, test } from 'vitest';
import { commands } from './commands/registry.gen.ts';

// Holds for every command, also for those that will be written later.
describe.each(commands.map((command) => [command.id, command] as const))('%s', (id, command) => {
  test('speaks to the reader', () => {
    expect(command.summary).toMatch(/^[A-Z].*\.$/);
    for (const { doc } of [...Object.values(command.options), ...command.examples]) {
      expect(doc).toMatch(/^[A-Z].*[.…]$/s);
    }
  });

  test('has examples that begin with its own name', () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      expect(example.command).toMatch(new RegExp(`\\blanner ${id}\\b`));
    }
  });

  test('gives every letter to one option', () => {
    const letters = Object.values(command.options).flatMap(({ short }) =>
      short === undefined ? [] : [short],
    );
    expect(new Set(letters).size).toBe(letters.length);
    expect(letters.every((letter) => letter.length === 1 && letter !== 'h')).toBe(true);
  });
});

test('ids are unique', () => {
  expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
});
