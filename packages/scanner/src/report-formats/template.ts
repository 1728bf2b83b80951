import { AppError } from '@lanner/core';
import { renderTemplate } from '../report/template.ts';
import { defineReportFormat } from '../report-format.ts';

export const reportFormat = defineReportFormat({
  id: 'template',
  doc: 'Whatever a Go template makes of the results; `--template` names it.',
  isSbom: false,
  *write(report, options) {
    if (options.template === undefined) {
      throw new AppError('usage.invalid', "the format 'template' needs a template", {
        hint: 'Add --template "@contrib/junit.tpl", a file after @, or the text itself.',
      });
    }
    yield renderTemplate(options.template, report, options);
  },
});
