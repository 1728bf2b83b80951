import type { JSX } from 'preact';
import type { Answer } from '../api/client.ts';
import { count, exactMoment } from '../lib/format.ts';
import { zone } from '../lib/settings.ts';
import { levelOf } from './basic.tsx';

type Steps = Answer<'lookAtFindings'>['trend'];

const severities = ['UNKNOWN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
const height = 44;
const width = 1000;

/** Open findings over time, the most severe at the bottom. */
export function Trend({
  steps,
  title,
}: {
  readonly steps: Steps;
  readonly title: string;
}): JSX.Element | null {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined || steps.every((step) => sumOf(step) === 0)) {
    return null;
  }
  // One moment is no course of time.
  if (steps.slice(0, -1).every((step) => sumOf(step) === 0)) {
    return <p class="muted trend">{`${title} over time: nothing was known before ${dayOf(last.atMs)}.`}</p>;
  }
  const most = Math.max(1, ...steps.map(sumOf));
  const text = `${title}: ${count(sumOf(first))} on ${dayOf(first.atMs)}, ${count(sumOf(last))} on ${dayOf(last.atMs)}`;
  return (
    <figure class="trend">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={text}>
        {layersOf(steps, most).map(({ severity, points }) => (
          <polygon key={severity} class={levelOf(severity)} points={points} />
        ))}
        {steps.map((step, index) => (
          <rect
            key={step.atMs}
            class="hit"
            x={index * (width / steps.length)}
            y={0}
            width={width / steps.length}
            height={height}
          >
            <title>{`${dayOf(step.atMs)}: ${stepText(step)}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption>
        <span>{dayOf(first.atMs)}</span>
        <span>
          {title} · most {count(most)}
        </span>
        <span>{dayOf(last.atMs)}</span>
      </figcaption>
    </figure>
  );
}

function sumOf({ open }: Steps[number]): number {
  return open.CRITICAL + open.HIGH + open.MEDIUM + open.LOW + open.UNKNOWN;
}

function stepText({ open }: Steps[number]): string {
  return [...severities]
    .reverse()
    .filter((severity) => open[severity] > 0)
    .map((severity) => `${count(open[severity])} ${severity.toLowerCase()}`)
    .join(', ');
}

function dayOf(ms: number): string {
  return exactMoment(ms, zone.value).slice(0, 10);
}

/** Each layer stands on those that are more severe; the least severe is drawn first. */
function layersOf(steps: Steps, most: number): { severity: string; points: string }[] {
  const heights = steps.map(() => 0);
  const layers = [];
  for (const severity of [...severities].reverse()) {
    const lower = [...heights];
    let isEmpty = true;
    for (const [index, { open }] of steps.entries()) {
      heights[index] = (heights[index] ?? 0) + (open[severity] / most) * (height - 2);
      isEmpty &&= open[severity] === 0;
    }
    if (!isEmpty) {
      // What was open then was so until the next moment: a slope would tell of days in between.
      const at = (values: readonly number[]): string[] =>
        values.flatMap((value, index) =>
          [index, index + 1].map((edge) => `${(edge * width) / steps.length},${height - value}`),
        );
      layers.push({ severity, points: [...at(heights), ...at(lower).reverse()].join(' ') });
    }
  }
  return layers.reverse();
}
