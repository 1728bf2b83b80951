import { goJson } from '../report/json.ts';
import { defineReportFormat } from '../report-format.ts';
import { spdxJson } from '../sbom/spdx/write.ts';

export const reportFormat = defineReportFormat({
  id: 'spdx-json',
  doc: 'A bill of materials as SPDX 2.3, JSON.',
  isSbom: true,
  *write(report, options) {
    yield `${goJson(spdxJson(report, options))}\n`;
  },
});
