import { expect, test } from 'vitest';
import { Screen } from './screen.ts';

// eslint-disable-next-line no-control-regex -- sequences of a terminal begin with it
const sequenceOr = /\u001b\[(\d*)([AJ])|[^]/gu;

/** The rows that a terminal of so many columns shows: newlines, carriage returns, cursor up, clear to the end. */
class Terminal {
  columns = 40;
  rows: string[] = [''];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const [unit, count = '', what] of text.matchAll(sequenceOr)) {
      if (what === 'A') {
        this.#row = Math.max(0, this.#row - Number(count));
      } else if (what === 'J') {
        this.rows = this.rows.slice(0, this.#row + 1);
        this.rows[this.#row] = (this.rows[this.#row] ?? '').slice(0, this.#column);
      } else if (unit === '\n') {
        this.#row++;
        this.#column = 0;
        this.rows[this.#row] ??= '';
      } else if (unit === '\r') {
        this.#column = 0;
      } else {
        this.rows[this.#row] = (this.rows[this.#row] ?? '').slice(0, this.#column) + unit;
        this.#column++;
      }
    }
  }

  /** Makes it narrower: what stands there is broken anew. */
  narrow(columns: number): void {
    this.columns = columns;
    const last = this.rows.pop() ?? '';
    this.rows = this.rows.flatMap((row) => row.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']);
    this.#row = this.rows.length;
    this.rows.push(last);
  }
}

function screenOn(terminal: Terminal): Screen {
  return new Screen({
    write: (text) => {
      terminal.write(text);
    },
    columns: () => terminal.columns,
  });
}

test('lines come above the block, and the block stays at the end', () => {
  const terminal = new Terminal();
  const screen = screenOn(terminal);
  screen.above('first\n');
  screen.show(['state one', 'more']);
  screen.above('second\nthird\n');
  expect(terminal.rows).toEqual(['first', 'second', 'third', 'state one', 'more', '']);
  screen.show(['state two']);
  expect(terminal.rows).toEqual(['first', 'second', 'third', 'state two', '']);
});

test('a line waits for its end', () => {
  const terminal = new Terminal();
  const screen = screenOn(terminal);
  screen.show(['state']);
  screen.above('half');
  expect(terminal.rows).toEqual(['state', '']);
  screen.above(' whole\n');
  expect(terminal.rows).toEqual(['half whole', 'state', '']);
});

test('the same block is not drawn twice', () => {
  const written: string[] = [];
  const screen = new Screen({ write: (text) => written.push(text), columns: () => 40 });
  screen.show(['state']);
  screen.show(['state']);
  expect(written).toHaveLength(1);
});

test('long lines are cut, and a terminal that became narrower is cleaned all the same', () => {
  const terminal = new Terminal();
  const screen = screenOn(terminal);
  screen.show(['x'.repeat(60)]);
  expect(terminal.rows).toEqual([`${'x'.repeat(38)}…`, '']);
  terminal.narrow(20);
  screen.show(['short']);
  expect(terminal.rows).toEqual(['short', '']);
});

test('at the end the block stays where it is', () => {
  const terminal = new Terminal();
  const screen = screenOn(terminal);
  screen.show(['state']);
  screen.close();
  screen.above('after\n');
  expect(terminal.rows).toEqual(['state', 'after', '']);
});
