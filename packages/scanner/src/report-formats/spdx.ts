import { defineReportFormat } from '../report-format.ts';
import { spdxTagValue } from '../sbom/spdx/tag-value.ts';
import { spdxJson } from '../sbom/spdx/write.ts';

export const reportFormat = defineReportFormat({
  id: 'spdx',
  doc: 'A bill of materials as SPDX 2.3, tag-value.',
  isSbom: true,
  write: (report, options) => spdxTagValue(spdxJson(report, options)),
});
