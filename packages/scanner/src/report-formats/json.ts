import { goJson, goJsonObject, reportHead, resultJson } from '../report/json.ts';
import { defineReportFormat } from '../report-format.ts';

export const reportFormat = defineReportFormat({
  id: 'json',
  doc: "Everything, as Trivy's JSON of schema 2.",
  isSbom: false,
  *write(report, options) {
    const head = goJson(reportHead(report));
    yield head.slice(0, -'\n}'.length);
    let separator = ',\n  "Results": [\n    ';
    for (const result of report.results) {
      yield separator;
      yield* goJsonObject(resultJson(result, options), 2);
      separator = ',\n    ';
    }
    yield report.results.length === 0 ? '\n}\n' : '\n  ]\n}\n';
  },
});
