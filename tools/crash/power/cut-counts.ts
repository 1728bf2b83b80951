import type { SeededRandom } from '../../../packages/hub/src/testkit/seeded-random.ts';
import type { CutReport } from './volatile-disk.ts';

/** Writes that a cut waits for: few while alerts are synced, many while pages of the store are written back. */
const awaitedWrites = [0, 1, 1, 2, 3, 5, 12, 40];

/** How many writes the next cut waits for. */
export function writesAtCut(random: SeededRandom): number {
  return random.pick(awaitedWrites);
}

/** What the cuts of one run did to the disk. */
export class CutCounts {
  /** Writes that were not flushed, of all cuts, and those of them that survived. */
  unflushed = 0;
  kept = 0;
  cuts = 0;
  /** Cuts with writes that were not flushed. */
  busy = 0;
  /** Lines of the product's log that told of an error, but that a destination was down: it was. */
  readonly complaints: string[] = [];

  add({ writes, kept }: CutReport, console: string): void {
    this.cuts++;
    this.busy += writes > 0 ? 1 : 0;
    this.unflushed += writes;
    this.kept += kept;
    this.complaints.push(
      ...console
        .split('\n')
        .filter((line) => /\berror\b(?!: destination failed)/i.test(line))
        .map((line) => line.trim()),
    );
  }

  /** As a sentence or two. */
  text(): string {
    const said = this.complaints.length === 0 ? 'no error' : this.complaints.slice(0, 3).join('; ');
    return `At ${this.busy} of ${this.cuts} cuts the disk had writes that were not flushed, ${this.unflushed} in all; ${this.kept} of them survived, wholly or in part. What started afterwards logged ${said}.`;
  }
}
