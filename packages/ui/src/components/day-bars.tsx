import type { JSX } from 'preact';
import { count, exactMoment } from '../lib/format.ts';
import { zone } from '../lib/settings.ts';

interface Day {
  readonly fromMs: number;
  readonly count: number;
  readonly critical: number;
}

const height = 70;
/** Days from midnight to midnight have 23 hours at least. */
const nearlyADayMs = 23 * 3_600_000 - 1;

/** Alerts of each day, each beside the same day of the time before. */
export function DayBars({
  days,
  before,
}: {
  readonly days: readonly Day[];
  readonly before: readonly Day[];
}): JSX.Element {
  const most = Math.max(1, ...[...days, ...before].map((day) => day.count));
  const width = 1000 / Math.max(1, days.length);
  return (
    <figure class="day-bars">
      <svg
        viewBox={`0 0 1000 ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={textOf(days, before)}
      >
        {days.map((day, index) => {
          const old = before[index];
          const x = index * width;
          const size = (value: number): number =>
            value === 0 ? 0 : Math.max(1.5, (value / most) * (height - 2));
          return (
            <g key={day.fromMs}>
              <title>{`${dayOf(day)}: ${count(day.count)}, ${count(day.critical)} critical; before: ${count(old?.count ?? 0)}`}</title>
              <rect class="hit" x={x} y={0} width={width} height={height} />
              <rect
                class="old"
                x={x + width * 0.12}
                y={height - size(old?.count ?? 0)}
                width={width * 0.3}
                height={size(old?.count ?? 0)}
              />
              <rect
                class="info"
                x={x + width * 0.44}
                y={height - size(day.count)}
                width={width * 0.4}
                height={size(day.count)}
              />
              <rect
                class="critical"
                x={x + width * 0.44}
                y={height - size(day.critical)}
                width={width * 0.4}
                height={size(day.critical)}
              />
            </g>
          );
        })}
      </svg>
      <figcaption>
        {days.map((day) => (
          <span key={day.fromMs}>{dayOf(day).slice(5)}</span>
        ))}
      </figcaption>
      {before.some((day) => day.count > 0) && <small>Grey: the same day of the time before.</small>}
    </figure>
  );
}

/** Until when it is: days of the last week begin at any time, and today's alerts are not yesterday's. */
function dayOf({ fromMs }: Day): string {
  return exactMoment(fromMs + nearlyADayMs, zone.value).slice(0, 10);
}

function sumOf(days: readonly Day[]): number {
  let sum = 0;
  for (const day of days) {
    sum += day.count;
  }
  return sum;
}

function textOf(days: readonly Day[], before: readonly Day[]): string {
  return `${count(sumOf(days))} alerts in seven days, ${count(sumOf(before))} in the seven before`;
}
