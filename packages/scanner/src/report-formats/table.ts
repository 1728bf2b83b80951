import type { Report, Result } from '../model/index.ts';
import { licenseTable, misconfigurationList, secretList, suppressedTable } from '../report/table/findings.ts';
import { summaryTable } from '../report/table/summary.ts';
import { clean, type Paint, paint, widthOf } from '../report/table/text.ts';
import { dependencyTree } from '../report/table/tree.ts';
import { vulnerabilityTable } from '../report/table/vulnerabilities.ts';
import { defineReportFormat, type ReportOptions } from '../report-format.ts';

/** Of a file or pipe. */
const plainColumns = 160;
const leastColumns = 40;

export const reportFormat = defineReportFormat({
  id: 'table',
  doc: 'For people: a summary, then the findings by target and package.',
  isSbom: false,
  *write(report, options) {
    const { terminal, tableModes = ['summary', 'detailed'] } = options;
    const columns = Math.max(leastColumns, terminal?.columns ?? plainColumns);
    const colours = paint(terminal?.colours === true);
    yield* endOfLife(report, colours);
    if (tableModes.includes('summary')) {
      yield* summaryTable(report, columns, colours);
    }
    for (const result of tableModes.includes('detailed') ? report.results : []) {
      yield* resultSection(result, { options, columns, colours });
    }
  },
});

function* endOfLife({ metadata: { os } }: Report, colours: Paint): Generator<string> {
  if (os?.eosl === true) {
    yield `${colours.strong(`${clean(os.family)} ${clean(os.name ?? '')} is past its end of life`)}: no fixes come any more.\n\n`;
  }
}

interface Layout {
  readonly options: ReportOptions;
  readonly columns: number;
  readonly colours: Paint;
}

function* resultSection(result: Result, { options, columns, colours }: Layout): Generator<string> {
  const parts = [
    ...vulnerabilityTable(result, columns, colours),
    ...(options.dependencyTree === true ? dependencyTree(result, colours) : []),
    ...misconfigurationList(result, columns, colours),
    ...secretList(result, columns, colours),
    ...licenseTable(result, columns, colours),
    ...(options.showSuppressed === true ? suppressedTable(result, columns, colours) : []),
  ];
  if (parts.length === 0) {
    return;
  }
  const title = `${clean(result.target)}${result.type === undefined || result.class === 'os-pkgs' ? '' : ` (${clean(result.type)})`}`;
  yield `\n${colours.strong(title)}\n${'='.repeat(Math.min(columns, widthOf(title)))}\n`;
  yield* parts;
}
