import { expect, test } from 'vitest';
import { parseText } from '../text-query.ts';
import { RowSet } from './row-set.ts';
import { type SegmentAnswer, tailState, TextAnswers } from './text-answers.ts';

const [one, other] = [parseText('"a b"'), parseText('"b c"')];

function emptyAnswer(rows: number): SegmentAnswer {
  return { candidates: new RowSet(rows), known: new RowSet(rows), found: new RowSet(rows) };
}

test('what is known of a segment is asked for once', () => {
  const answers = new TextAnswers();
  let asked = 0;
  const look = (): SegmentAnswer => {
    asked++;
    return emptyAnswer(100);
  };
  answers.ofSegment(one, 1, look).found.add(99);
  expect(answers.ofSegment(one, 1, look).found.has(99)).toBe(true);
  expect(answers.ofSegment(one, 2, look).found.has(99)).toBe(false);
  expect(answers.ofSegment(other, 1, look).found.has(99)).toBe(false);
  expect(asked).toBe(3);
});

test('what is known of many segments and texts has an end, and what was lost is counted', () => {
  const answers = new TextAnswers();
  for (let segment = 0; segment < 4000; segment++) {
    answers.ofSegment(one, segment, () => emptyAnswer(8192));
  }
  expect(answers.evicted).toBeGreaterThan(1000);
});

test('what is known of the tail moves with it', () => {
  const answers = new TextAnswers();
  const { occurs, absent, unknown } = tailState;
  answers.ofTail(one, 10, 13).states.set([occurs, absent, absent, occurs]);
  const grown = answers.ofTail(one, 10, 200);
  expect([...grown.states.subarray(0, 5)]).toEqual([occurs, absent, absent, occurs, unknown]);
  expect(grown.states.length).toBeGreaterThan(190);
  const moved = answers.ofTail(one, 13, 200);
  expect([moved.first, ...moved.states.subarray(0, 2)]).toEqual([13, occurs, unknown]);
  expect(answers.ofTail(other, 13, 200).states[0]).toBe(unknown);
  // A store that was mended begins anew.
  expect(answers.ofTail(one, 5, 20).states.every((state) => state === unknown)).toBe(true);
});
