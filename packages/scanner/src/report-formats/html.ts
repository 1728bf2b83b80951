import { escapeHtml } from '../report/html/escape.ts';
import { bars, countBySeverity, type Counts, ring, totalOf, worstFirst } from '../report/html/plots.ts';
import { resultSection } from '../report/html/sections.ts';
import { style } from '../report/html/style.ts';
import type { Report, Result, Severity } from '../model/index.ts';
import { defineReportFormat } from '../report-format.ts';

/** Rows of a plot. */
const maxBars = 15;

export const reportFormat = defineReportFormat({
  id: 'html',
  doc: 'A page with plots that needs nothing from outside and can be printed.',
  isSbom: false,
  *write(report) {
    const title = `${report.artifactName}: security report`;
    yield `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n`;
    yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n`;
    yield `<title>${escapeHtml(title)}</title>\n<style>${style}</style>\n</head>\n<body>\n`;
    yield `<h1>${escapeHtml(report.artifactName)}</h1>\n<p class="about">${about(report)}</p>\n`;
    if (report.metadata.os?.eosl === true) {
      yield '<p class="warning">This operating system is past its end of life: no fixes come any more.</p>\n';
    }
    yield plots(report);
    const total = totalOf(countBySeverity(report.results.flatMap(findingsOf)));
    if (total === 0) {
      yield '<p class="clean">Nothing was found.</p>\n';
    }
    for (const result of report.results) {
      yield* resultSection(result);
    }
    yield '</body>\n</html>\n';
  },
});

function about({ artifactType, metadata, createdAt, version }: Report): string {
  const { os, imageId, repoDigests = [] } = metadata;
  const parts = [
    artifactType.replaceAll('_', ' '),
    os === undefined ? '' : `${os.family} ${os.name ?? ''}`.trim(),
    repoDigests[0] ?? imageId ?? '',
    `scanned ${createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC by version ${version}`,
  ];
  return parts
    .filter((part) => part !== '')
    .map(escapeHtml)
    .join(' · ');
}

function plots(report: Report): string {
  const counts = countBySeverity(report.results.flatMap(findingsOf));
  const key = worstFirst.map(
    (severity) => `<li><span class="dot ${severity}"></span>${severity}<b>${counts[severity]}</b></li>`,
  );
  return `<div class="plots">${ring(counts)}<ul class="key">${key.join('')}</ul><div>${bars(worstRows(report))}</div></div>\n`;
}

/** The targets with most findings, or the packages where there is one target only. */
function worstRows({ results }: Report): { readonly name: string; readonly counts: Counts }[] {
  const withFindings = results.filter((result) => findingsOf(result).length > 0);
  const groups =
    withFindings.length === 1
      ? byPackage(withFindings[0])
      : withFindings.map((result) => [result.target, findingsOf(result)] as const);
  return groups
    .map(([name, findings]) => ({ name, counts: countBySeverity(findings) }))
    .sort((a, b) => totalOf(b.counts) - totalOf(a.counts))
    .slice(0, maxBars);
}

function byPackage(result: Result | undefined): (readonly [string, ReturnType<typeof findingsOf>])[] {
  const groups = Map.groupBy(result?.vulnerabilities ?? [], ({ pkgName }) => pkgName);
  return groups.size === 0 && result !== undefined ? [[result.target, findingsOf(result)]] : [...groups];
}

function findingsOf({
  vulnerabilities = [],
  misconfigurations = [],
  secrets = [],
  licenses = [],
}: Result): readonly { readonly severity?: Severity }[] {
  return [
    ...vulnerabilities,
    ...misconfigurations.filter(({ status }) => status === 'FAIL'),
    ...secrets,
    ...licenses,
  ];
}
