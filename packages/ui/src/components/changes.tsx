import type { JSX } from 'preact';
import { count } from '../lib/format.ts';

interface Counts {
  readonly new: number;
  readonly fixed: number;
  readonly reappeared: number;
}

const kinds = [
  ['new', 'new'],
  ['fixed', 'fixed'],
  ['reappeared', 'back'],
] as const;

/** What came, went and returned, beside the time of the same length before. */
export function Changes({
  now,
  before,
  linkOf,
}: {
  readonly now: Counts;
  readonly before: Counts;
  readonly linkOf: (kind: keyof Counts) => string;
}): JSX.Element {
  return (
    <ul class="changes">
      {kinds.map(([kind, text]) => (
        <li key={kind}>
          <a href={linkOf(kind)}>
            <b>{count(now[kind])}</b> {text}
          </a>
          <Compared now={now[kind]} before={before[kind]} isGood={kind === 'fixed'} />
        </li>
      ))}
    </ul>
  );
}

/** More or less than before, and by how much; more is bad unless said otherwise. */
export function Compared({
  now,
  before,
  isGood = false,
}: {
  readonly now: number;
  readonly before: number;
  readonly isGood?: boolean;
}): JSX.Element {
  const sign = now > before ? '▲' : now < before ? '▼' : '=';
  const kind = now === before ? '' : now > before === isGood ? 'better' : 'worse';
  return (
    <small class={`compared ${kind}`} title={`In the time of the same length before: ${count(before)}`}>
      <span aria-hidden="true">{sign}</span> from {count(before)}
    </small>
  );
}
