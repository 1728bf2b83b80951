import type { CutReport } from './volatile-disk.ts';

/** What the cuts of one run did to the disk. */
export class CutCounts {
  /** Writes that were not flushed, of all cuts, and those of them that survived. */
  unflushed = 0;
  kept = 0;
  /** Lines of the product's log that told of an error, but that a destination was down: it was. */
  readonly complaints: string[] = [];

  add({ writes, kept }: CutReport, console: string): void {
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
    return `At the cuts the disk had ${this.unflushed} writes that were not flushed; ${this.kept} of them survived, wholly or in part. What started afterwards logged ${said}.`;
  }
}
