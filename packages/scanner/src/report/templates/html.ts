/** A plain page with one table a target, for those who name Trivy's template; `--format html` is the richer page. */
export const html = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
{{- if . }}
    <title>{{ escapeXML (index . 0).Target }} - Trivy Report - {{ now | date "2006-01-02T15:04:05Z" }}</title>
    <style>
      body { font-family: sans-serif; margin: 2em; }
      table { border-collapse: collapse; width: 100%; margin-bottom: 2em; }
      th, td { border: 1px solid #999; padding: .3em .5em; text-align: left; vertical-align: top; }
      .severity { font-weight: bold; text-align: center; }
      .severity-CRITICAL .severity { background: #e40000; color: #fff; }
      .severity-HIGH .severity { background: #ff8800; }
      .severity-MEDIUM .severity { background: #e9c600; }
      .severity-LOW .severity { background: #5fbb31; }
      .severity-UNKNOWN .severity { background: #bbb; }
    </style>
  </head>
  <body>
    <h1>{{ escapeXML (index . 0).Target }} - Trivy Report - {{ now | date "2006-01-02T15:04:05Z" }}</h1>
  {{- range . }}
    <h2>{{ .Target | escapeXML }}{{ if .Type }} ({{ .Type | escapeXML }}){{ end }}</h2>
    {{- if .Vulnerabilities }}
    <table>
      <tr><th>Package</th><th>Vulnerability ID</th><th>Severity</th><th>Installed Version</th><th>Fixed Version</th><th>Links</th></tr>
      {{- range .Vulnerabilities }}
      <tr class="severity-{{ .Vulnerability.Severity | escapeXML }}">
        <td>{{ .PkgName | escapeXML }}</td>
        <td>{{ .VulnerabilityID | escapeXML }}</td>
        <td class="severity">{{ .Vulnerability.Severity | escapeXML }}</td>
        <td>{{ .InstalledVersion | escapeXML }}</td>
        <td>{{ .FixedVersion | escapeXML }}</td>
        <td>{{ range .Vulnerability.References }}<a href="{{ . | escapeXML }}">{{ . | escapeXML }}</a><br>{{ end }}</td>
      </tr>
      {{- end }}
    </table>
    {{- else }}
    <p>No Vulnerabilities found</p>
    {{- end }}
    {{- if .Misconfigurations }}
    <table>
      <tr><th>Type</th><th>Misconf ID</th><th>Check</th><th>Severity</th><th>Message</th></tr>
      {{- range .Misconfigurations }}
      <tr class="severity-{{ .Severity | escapeXML }}">
        <td>{{ .Type | escapeXML }}</td>
        <td>{{ .ID | escapeXML }}</td>
        <td>{{ .Title | escapeXML }}</td>
        <td class="severity">{{ .Severity | escapeXML }}</td>
        <td>{{ .Message | escapeXML }}<br><a href="{{ .PrimaryURL | escapeXML }}">{{ .PrimaryURL | escapeXML }}</a></td>
      </tr>
      {{- end }}
    </table>
    {{- end }}
    {{- if .Secrets }}
    <table>
      <tr><th>Rule</th><th>Severity</th><th>Line</th><th>Match</th></tr>
      {{- range .Secrets }}
      <tr class="severity-{{ .Severity | escapeXML }}">
        <td>{{ .Title | escapeXML }}</td>
        <td class="severity">{{ .Severity | escapeXML }}</td>
        <td>{{ .StartLine }}</td>
        <td>{{ .Match | escapeXML }}</td>
      </tr>
      {{- end }}
    </table>
    {{- end }}
  {{- end }}
{{- else }}
  </head>
  <body>
    <h1>Trivy Returned Empty Report</h1>
{{- end }}
  </body>
</html>
`;
