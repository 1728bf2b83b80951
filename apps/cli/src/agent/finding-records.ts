import type { SpoolItem } from '@lanner/agent';
import type { Finding, ScannedArtifact, ScanPart } from '@lanner/hub';
import { findingKey } from '../up/report-findings.ts';

/** Characters of the findings of a record: however a character is written, it stays far below what a spool takes. */
const usualLength = 1_000_000;

/**
 * A scan as what a spool takes: one record, or for one that is too long, parts that the server stores one by one. A
 * finding that is longer than a part goes without its details. `whole` says that it is itself a part of a scan.
 */
export function findingRecords(
  artifact: ScannedArtifact,
  findings: readonly Finding[],
  atMs: number,
  whole?: ScanPart,
  maxLength: number = usualLength,
): SpoolItem[] {
  const groups = grouped(findings, maxLength);
  const [only] = groups;
  if (only !== undefined && groups.length === 1 && whole === undefined) {
    return [{ kind: 'findings', payload: payloadOf({ artifact, atMs }, only) }];
  }
  const { isLast, total } = whole ?? { isLast: true, total: new Set(findings.map(findingKey)).size };
  return groups.map((group, index) => {
    const part: ScanPart = { isLast: isLast && index === groups.length - 1, total };
    return { kind: 'findings-part', payload: payloadOf({ artifact, atMs, part }, group) };
  });
}

/** Findings as JSON, in groups of a length. At least one group. */
function grouped(findings: readonly Finding[], maxLength: number): string[][] {
  let group: string[] = [];
  const groups = [group];
  let length = 0;
  for (const finding of findings) {
    const whole = JSON.stringify(finding);
    const text = whole.length > maxLength ? JSON.stringify({ ...finding, details: {} }) : whole;
    if (group.length > 0 && length + text.length > maxLength) {
      group = [];
      groups.push(group);
      length = 0;
    }
    group.push(text);
    length += text.length + 1;
  }
  return groups;
}

function payloadOf(
  head: { artifact: ScannedArtifact; atMs: number; part?: ScanPart },
  findings: readonly string[],
): string {
  return `${JSON.stringify(head).slice(0, -1)},"findings":[${findings.join()}]}`;
}
