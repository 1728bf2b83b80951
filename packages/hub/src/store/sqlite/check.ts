import type { DatabaseSync } from 'node:sqlite';
import { decodeBlock, decodeRecord } from './block.ts';
import { decodeColumns } from './columns.ts';
import { inflate } from './inflate.ts';
import { blockRows, blocksPerSegment } from './sealer.ts';

const maxProblems = 1000;

/** Looks through everything; gives what is damaged, one line each. */
export function checkDatabase(database: DatabaseSync): string[] {
  const problems: string[] = [];
  for (const row of database.prepare(`PRAGMA quick_check(${maxProblems})`).iterate() as Iterable<
    Record<string, string>
  >) {
    const line = Object.values(row)[0] ?? '';
    problems.push(...(line === 'ok' ? [] : line.split('\n')));
  }
  const attempt = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  attempt('segments', () => {
    for (const segment of database
      .prepare('SELECT id, first, rows, skip FROM segment')
      .all() as unknown as Segment[]) {
      attempt(`segment ${segment.id}`, () => checkSegment(database, segment, attempt));
    }
  });
  attempt('tail', () => {
    for (const { position, record } of database
      .prepare('SELECT position, record FROM tail')
      .iterate() as Iterable<{
      position: number;
      record: Uint8Array;
    }>) {
      attempt(`alert ${position}`, () => void decodeRecord(record));
    }
  });
  return problems.slice(0, maxProblems);
}

interface Segment {
  readonly id: number;
  readonly first: number;
  readonly rows: number;
  readonly skip: number;
}

function checkSegment(
  database: DatabaseSync,
  { id, first, rows, skip }: Segment,
  attempt: (what: string, work: () => void) => void,
): void {
  const row = database
    .prepare('SELECT columns, firsts, received FROM segment WHERE id = ?')
    .get(id) as Record<string, Uint8Array>;
  attempt(`columns of segment ${id}`, () => {
    decodeColumns(row['columns'] as Uint8Array);
    inflate(row['firsts'] as Uint8Array);
    inflate(row['received'] as Uint8Array);
  });
  const find = database.prepare('SELECT records FROM block WHERE id = ?');
  for (let number = Math.floor(skip / blockRows); number * blockRows < rows; number++) {
    const start = first + number * blockRows;
    attempt(`alerts ${start} to ${Math.min(first + rows, start + blockRows) - 1}`, () => {
      const block = find.get(id * blocksPerSegment + number) as { records: Uint8Array } | undefined;
      if (block === undefined) {
        throw new Error('the block is missing');
      }
      decodeBlock(block.records);
    });
  }
}
