import { severities, type Severity } from '../../model/index.ts';
import { escapeHtml } from './escape.ts';

/** From dangerous to harmless, as people read. */
export const worstFirst: readonly Severity[] = [...severities].reverse();

export type Counts = Readonly<Record<Severity, number>>;

export function countBySeverity(findings: Iterable<{ readonly severity?: Severity }>): Counts {
  const counts: Record<Severity, number> = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };
  for (const { severity = 'UNKNOWN' } of findings) {
    counts[severity]++;
  }
  return counts;
}

export function totalOf(counts: Counts): number {
  let total = 0;
  for (const severity of worstFirst) {
    total += counts[severity];
  }
  return total;
}

/** A ring of severities with the number of all in it. */
export function ring(counts: Counts): string {
  const total = totalOf(counts);
  const radius = 54;
  const around = 2 * Math.PI * radius;
  let from = 0;
  const arcs = worstFirst.map((severity) => {
    const length = total === 0 ? 0 : (counts[severity] / total) * around;
    const arc =
      length === 0
        ? ''
        : `<circle r="${radius}" cx="70" cy="70" class="arc ${severity}" stroke-dasharray="${round(length)} ${round(around - length)}" stroke-dashoffset="${round(-from)}"><title>${severity}: ${counts[severity]}</title></circle>`;
    from += length;
    return arc;
  });
  const empty = total === 0 ? '<circle r="54" cx="70" cy="70" class="arc none"/>' : '';
  return `<svg class="ring" viewBox="0 0 140 140" role="img" aria-label="${total} findings by severity"><g transform="rotate(-90 70 70)">${empty}${arcs.join('')}</g><text x="70" y="68" class="number">${total}</text><text x="70" y="88" class="unit">${total === 1 ? 'finding' : 'findings'}</text></svg>`;
}

/** One bar for each row, its parts by severity; the longest row takes the whole width. */
export function bars(rows: readonly { readonly name: string; readonly counts: Counts }[]): string {
  const longest = Math.max(1, ...rows.map(({ counts }) => totalOf(counts)));
  return rows
    .map(({ name, counts }) => {
      const parts = worstFirst
        .filter((severity) => counts[severity] > 0)
        .map(
          (severity) =>
            `<span class="${severity}" style="width:${round((counts[severity] / longest) * 100)}%" title="${severity}: ${counts[severity]}"></span>`,
        );
      return `<div class="bar"><span class="name" title="${escapeHtml(name)}">${escapeHtml(name)}</span><span class="track">${parts.join('')}</span><span class="count">${totalOf(counts)}</span></div>`;
    })
    .join('\n');
}

function round(number: number): string {
  return number.toFixed(2);
}
