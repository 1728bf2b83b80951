import { defineReportFormat } from '../report-format.ts';
import { cycloneDxJson } from '../sbom/cyclonedx/write.ts';

export const reportFormat = defineReportFormat({
  id: 'cyclonedx',
  doc: 'A bill of materials as CycloneDX 1.7, JSON.',
  isSbom: true,
  *write(report, options) {
    yield `${JSON.stringify(cycloneDxJson(report, options), null, 2)}\n`;
  },
});
