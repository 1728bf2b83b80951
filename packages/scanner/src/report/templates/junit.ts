/** JUnit's XML: a suite for each target and kind of finding, a failed case for each finding. */
export const junit = `<?xml version="1.0" ?>
<testsuites name="trivy">
{{- range . }}
  {{- $failures := len .Vulnerabilities }}
    <testsuite tests="{{ $failures }}" failures="{{ $failures }}" name="{{ .Target | escapeXML }}" errors="0" skipped="0" time="">
    {{- if .Type }}
        <properties>
            <property name="type" value="{{ .Type | escapeXML }}"></property>
        </properties>
    {{- end }}
    {{- range .Vulnerabilities }}
        <testcase classname="{{ .PkgName | escapeXML }}-{{ .InstalledVersion | escapeXML }}" name="[{{ .Vulnerability.Severity }}] {{ .VulnerabilityID | escapeXML }}" time="">
            <failure message="{{ .Title | escapeXML }}" type="description">{{ .Description | escapeXML }}</failure>
        </testcase>
    {{- end }}
    </testsuite>
  {{- if .Misconfigurations }}
    {{- if .MisconfSummary }}
    <testsuite tests="{{ add .MisconfSummary.Successes .MisconfSummary.Failures }}" failures="{{ .MisconfSummary.Failures }}" name="{{ .Target | escapeXML }}" errors="0" skipped="0" time="">
    {{- else }}
    <testsuite tests="{{ len .Misconfigurations }}" failures="{{ len .Misconfigurations }}" name="{{ .Target | escapeXML }}" errors="0" skipped="0" time="">
    {{- end }}
    {{- if .Type }}
        <properties>
            <property name="type" value="{{ .Type | escapeXML }}"></property>
        </properties>
    {{- end }}
    {{- range .Misconfigurations }}
        <testcase classname="{{ .Type | escapeXML }}" name="[{{ .Severity }}] {{ .ID | escapeXML }}" time="">
        {{- if eq .Status "FAIL" }}
            <failure message="{{ .Title | escapeXML }}" type="description">{{ .Description | escapeXML }}</failure>
        {{- end }}
        </testcase>
    {{- end }}
    </testsuite>
  {{- end }}
  {{- if .Licenses }}
    <testsuite tests="{{ len .Licenses }}" failures="{{ len .Licenses }}" name="{{ .Target | escapeXML }}" errors="0" skipped="0" time="">
    {{- range .Licenses }}
        <testcase classname="{{ .PkgName | escapeXML }}" name="[{{ .Severity }}] {{ .Name | escapeXML }}" time="">
            <failure message="{{ .Category | escapeXML }}" type="description">{{ .FilePath | escapeXML }}</failure>
        </testcase>
    {{- end }}
    </testsuite>
  {{- end }}
  {{- if .Secrets }}
    <testsuite tests="{{ len .Secrets }}" failures="{{ len .Secrets }}" name="{{ .Target | escapeXML }}" errors="0" skipped="0" time="">
    {{- range .Secrets }}
        <testcase classname="{{ .RuleID | escapeXML }}" name="[{{ .Severity }}] {{ .Title | escapeXML }}" time="">
            <failure message="{{ .Title | escapeXML }}" type="description">{{ .Match | escapeXML }}</failure>
        </testcase>
    {{- end }}
    </testsuite>
  {{- end }}
{{- end }}
</testsuites>
`;
