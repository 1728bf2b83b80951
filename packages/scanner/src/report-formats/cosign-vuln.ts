import { goJson, reportHead, resultJson } from '../report/json.ts';
import { defineReportFormat } from '../report-format.ts';

export const reportFormat = defineReportFormat({
  id: 'cosign-vuln',
  doc: 'The predicate of a vulnerability attestation for cosign.',
  isSbom: false,
  *write(report, options) {
    const time = options.now().toISOString();
    const predicate = {
      invocation: { parameters: null, uri: '', event_id: '', 'builder.id': '' },
      scanner: {
        uri: `pkg:github/aquasecurity/trivy@${report.version}`,
        version: report.version,
        db: { uri: '', version: '' },
        result: {
          ...reportHead(report),
          Results: report.results.map((result) => resultJson(result, options)),
        },
      },
      metadata: { scanStartedOn: time, scanFinishedOn: time },
    };
    yield `${goJson(predicate)}\n`;
  },
});
