import type { JSX } from 'preact';
import type { Answer } from '../api/client.ts';
import { count, exactMoment } from '../lib/format.ts';
import { setQuery } from '../lib/place.ts';
import { zone } from '../lib/settings.ts';
import { levelOf } from './basic.tsx';

type Buckets = Answer<'alertHistogram'>['buckets'];

const height = 60;
const levels = ['unknown', 'info', 'warning', 'error', 'critical'] as const;

/** Alerts over time by urgency. A click narrows the time down to one bar. */
export function Histogram({
  buckets,
  share = 1,
}: {
  readonly buckets: Buckets;
  /** Of the alerts that were looked at for it. */
  readonly share?: number;
}): JSX.Element {
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  const width = 1000 / Math.max(1, buckets.length);
  const stepUs = (buckets[1]?.fromUs ?? 0) - (buckets[0]?.fromUs ?? 0);
  const first = buckets[0];
  const last = buckets.at(-1);
  return (
    <figure class="histogram">
      <svg viewBox={`0 0 1000 ${height}`} preserveAspectRatio="none" role="img" aria-label={summary(buckets)}>
        {buckets.map((bucket, i) => (
          <g
            key={bucket.fromUs}
            onClick={() => {
              if (stepUs > 0) {
                setQuery({ from: iso(bucket.fromUs), to: iso(bucket.fromUs + stepUs) });
              }
            }}
          >
            <title>{`${exactMoment(bucket.fromUs / 1000, zone.value).slice(0, 19)}: ${count(bucket.count)}`}</title>
            <rect class="hit" x={i * width} y={0} width={width} height={height} />
            {stackOf(bucket, most).map(({ level, y, size }) => (
              <rect
                key={level}
                class={level}
                x={i * width + width * 0.1}
                y={y}
                width={width * 0.8}
                height={size}
              />
            ))}
          </g>
        ))}
      </svg>
      {first && last && (
        <figcaption>
          <span>{exactMoment(first.fromUs / 1000, zone.value).slice(0, 16)}</span>
          <span>
            {share < 1
              ? `${Math.floor(share * 100)} % looked at, the newest: counts are at least these`
              : buckets.some((bucket) => bucket.count > 0)
                ? `highest ${count(most)}`
                : 'no alerts'}
          </span>
          <span>{exactMoment((last.fromUs + stepUs) / 1000, zone.value).slice(0, 16)}</span>
        </figcaption>
      )}
    </figure>
  );
}

function stackOf(bucket: Buckets[number], most: number): { level: string; y: number; size: number }[] {
  const counts = { unknown: 0, info: 0, warning: 0, error: 0, critical: 0 };
  for (const [priority, value] of Object.entries(bucket.by)) {
    counts[levelOf(priority)] += value;
  }
  let y = height;
  return levels
    .filter((level) => counts[level] > 0)
    .map((level) => {
      // What is there can be seen, however little it is.
      const size = Math.max(1.5, (counts[level] / most) * (height - 4));
      y -= size;
      return { level, y, size };
    });
}

function summary(buckets: Buckets): string {
  let all = 0;
  for (const bucket of buckets) {
    all += bucket.count;
  }
  return `${count(all)} alerts over time`;
}

/** From when to when buckets are; null for none. */
export function spanOf(buckets: Buckets): { readonly fromUs: number; readonly toUs: number } | null {
  const [first, second] = buckets;
  const last = buckets.at(-1);
  return first === undefined || second === undefined || last === undefined
    ? null
    : { fromUs: first.fromUs, toUs: last.fromUs + second.fromUs - first.fromUs };
}

function iso(us: number): string {
  return new Date(Math.round(us / 1000)).toISOString();
}
