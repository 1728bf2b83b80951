import { renderTemplate } from '../report/template.ts';
import { junit } from '../report/templates/junit.ts';
import { defineReportFormat } from '../report-format.ts';

export const reportFormat = defineReportFormat({
  id: 'junit',
  doc: "JUnit's XML, a failed test for each finding.",
  isSbom: false,
  *write(report, options) {
    yield renderTemplate(junit, report, options);
  },
});
