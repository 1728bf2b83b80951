import { AppError, nearest } from '@lanner/core';
import { reportFormats } from '../report-formats/registry.gen.ts';
import type { ReportFormat, ReportOptions } from '../report-format.ts';
import type { Report } from '../model/index.ts';

/** The format of a name. Throws AppError 'usage.invalid' with the nearest known name. */
export function reportFormatOf(id: string): ReportFormat {
  const format = reportFormats.find((known) => known.id === id);
  if (format === undefined) {
    const names = reportFormats.map((known) => known.id);
    const near = nearest(id, names);
    throw new AppError('usage.invalid', `unknown format '${id}'`, {
      hint: near === null ? `Use one of: ${names.join(', ')}.` : `Did you mean '${near}'?`,
    });
  }
  return format;
}

/** The text of a report in pieces. Throws AppError 'usage.invalid' for an unknown format. */
export function writeReport(format: string, report: Report, options: ReportOptions): Iterable<string> {
  return reportFormatOf(format).write(report, options);
}
