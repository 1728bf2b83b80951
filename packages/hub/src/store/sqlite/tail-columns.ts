import { columnFacets } from './columns.ts';
import type { AlertRun } from './segments.ts';

const leastRoom = 1024;

/**
 * Columns of the alerts that are in no segment yet: they grow at the end and shrink at the beginning. What was handed out
 * stays as it was: a query may still look at it.
 */
export class TailColumns {
  #positions = new Float64Array(leastRoom);
  #times = new Float64Array(leastRoom);
  #priorities = new Uint8Array(leastRoom);
  #ids = columnFacets.map(() => new Uint32Array(leastRoom));
  #start = 0;
  #end = 0;
  #last = 0;

  get rows(): number {
    return this.#end - this.#start;
  }

  /** Position of the last alert that was added or dropped. */
  get last(): number {
    return this.#last;
  }

  dropUpTo(position: number): void {
    while (this.#start < this.#end && (this.#positions[this.#start] as number) <= position) {
      this.#start++;
    }
    if (Number.isFinite(position)) {
      this.#last = Math.max(this.#last, position);
    }
  }

  /** Position, time in microseconds, priority, and numbers in the order of `columnFacets`. */
  add([position = 0, time = 0, priority = 0, ...ids]: readonly number[]): void {
    if (this.#end === this.#positions.length) {
      this.#makeRoom();
    }
    const row = this.#end++;
    this.#positions[row] = position;
    this.#times[row] = time;
    this.#priorities[row] = priority;
    for (const [kind, column] of this.#ids.entries()) {
      column[row] = ids[kind] as number;
    }
    this.#last = position;
  }

  run(): AlertRun {
    const [start, end, rows] = [this.#start, this.#end, this.rows];
    const positions = this.#positions.subarray(start, end);
    const columns = {
      rows,
      baseUs: 0,
      times: this.#times.subarray(start, end),
      priorities: this.#priorities.subarray(start, end),
      ids: this.#ids.map((column) => column.subarray(start, end)),
    };
    let [minUs, maxUs] = [Infinity, -Infinity];
    for (const time of columns.times) {
      minUs = Math.min(minUs, time);
      maxUs = Math.max(maxUs, time);
    }
    return {
      id: 0,
      rows,
      skip: 0,
      minUs,
      maxUs,
      columns: () => columns,
      positionOf: (row) => positions[row] as number,
      firsts: () => [],
    };
  }

  /** New columns with what is left, never the same ones moved. */
  #makeRoom(): void {
    const { rows } = this;
    const room = Math.max(leastRoom, 2 * rows);
    this.#positions = moved(this.#positions, this.#start, new Float64Array(room));
    this.#times = moved(this.#times, this.#start, new Float64Array(room));
    this.#priorities = moved(this.#priorities, this.#start, new Uint8Array(room));
    this.#ids = this.#ids.map((column) => moved(column, this.#start, new Uint32Array(room)));
    this.#start = 0;
    this.#end = rows;
  }
}

function moved<T extends Uint8Array | Uint32Array | Float64Array>(from: T, start: number, to: T): T {
  to.set(from.subarray(start));
  return to;
}
