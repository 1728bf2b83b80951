import type { Ledger } from './ledger.ts';

/** Reads what `spooling-agent.ts` says into a ledger, whatever pieces it comes in. */
export class PromiseReader {
  readonly #ledger: Ledger;
  #rest = '';
  #isDrained = false;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The agent has sent all that it had, and ended. */
  get isDrained(): boolean {
    return this.#isDrained;
  }

  read(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    // A line that was cut off is no promise.
    this.#rest = lines.pop() ?? '';
    for (const line of lines.map((each) => each.trim())) {
      // On the console of a guest its kernel may have spoken in between: then it is no mark any more.
      const [, sign, mark = ''] = /^([+=])(\w+)$/.exec(line) ?? [];
      if (sign === '+') {
        this.#ledger.sent(mark);
      } else if (sign === '=') {
        this.#ledger.acknowledged(mark);
      }
      this.#isDrained ||= line === 'drained';
    }
  }
}
