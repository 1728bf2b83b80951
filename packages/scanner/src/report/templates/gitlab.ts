/** GitLab's report of container scanning, schema 15. */
export const gitlab = `{
  "version": "15.0.7",
  "scan": {
    "analyzer": {
      "id": "trivy",
      "name": "Trivy",
      "vendor": {
        "name": "Aqua Security"
      },
      "version": {{ appVersion | toRawJson }}
    },
    "end_time": "{{ now | date "2006-01-02T15:04:05" }}",
    "scanner": {
      "id": "trivy",
      "name": "Trivy",
      "url": "https://github.com/aquasecurity/trivy/",
      "vendor": {
        "name": "Aqua Security"
      },
      "version": {{ appVersion | toRawJson }}
    },
    "start_time": "{{ now | date "2006-01-02T15:04:05" }}",
    "status": "success",
    "type": "container_scanning"
  },
{{- $image := "Unknown" }}
{{- $os := "Unknown" }}
{{- $first := true }}
  "vulnerabilities": [
{{- range . }}
  {{- if and (eq .Class "os-pkgs") (regexMatch " [(].+[)]$" .Target) }}
    {{- $image = regexFind "^.* [(]" .Target | trimSuffix " (" }}
    {{- $os = regexFind " [(][^(]*[)]$" .Target | trimPrefix " (" | trimSuffix ")" }}
  {{- end }}
  {{- range .Vulnerabilities }}
    {{- if $first }}{{ $first = false }}{{ else }},{{ end }}
    {
      "id": {{ .VulnerabilityID | toRawJson }},
      "name": {{ .Title | toRawJson }},
      "description": {{ .Description | toRawJson }},
      "severity": {{ .Severity | lower | title | default "Unknown" | toRawJson }},
      "solution": {{ if .FixedVersion }}{{ printf "Upgrade %s to %s" .PkgName .FixedVersion | toRawJson }}{{ else }}"No solution provided"{{ end }},
      "location": {
        "dependency": {
          "package": {
            "name": {{ .PkgName | toRawJson }}
          },
          "version": {{ .InstalledVersion | toRawJson }}
        },
        "operating_system": {{ $os | toRawJson }},
        "image": {{ $image | toRawJson }}
      },
      "identifiers": [
        {
          "type": "cve",
          "name": {{ .VulnerabilityID | toRawJson }},
          "value": {{ .VulnerabilityID | toRawJson }},
          "url": {{ .PrimaryURL | toRawJson }}
        }
      ],
      "links": [
      {{- range $i, $url := .References }}
        {{- if $i }},{{ end }}
        {
          "url": {{ regexFind "[^ ]+$" $url | toRawJson }}
        }
      {{- end }}
      {{- if .References }}
      {{ end }}]
    }
  {{- end }}
{{- end }}
{{- if not $first }}
  {{ end }}],
  "remediations": []
}
`;

/** GitLab's report of code quality. */
export const gitlabCodequality = `[
{{- $first := true }}
{{- range . }}
  {{- $target := .Target }}
  {{- $image := $target | regexFind "[^\\\\s]+" }}
  {{- range .Vulnerabilities }}
    {{- if $first }}{{ $first = false }}{{ else }},{{ end }}
  {
    "type": "issue",
    "check_name": "container_scanning",
    "categories": [ "Security" ],
    "description": {{ list .VulnerabilityID "-" .PkgName "-" .InstalledVersion "-" .Title | join " " | toRawJson }},
    "fingerprint": "{{ list .VulnerabilityID .PkgName .InstalledVersion $target | join "" | sha1sum }}",
    "content": {{ .Description | toRawJson }},
    "severity": "{{ template "severity" . }}",
    "location": {
      "path": {{ $image | toRawJson }},
      "lines": {
        "begin": 0
      }
    }
  }
  {{- end }}
  {{- range .Misconfigurations }}
    {{- if $first }}{{ $first = false }}{{ else }},{{ end }}
  {
    "type": "issue",
    "check_name": "container_scanning",
    "categories": [ "Security" ],
    "description": {{ list "Misconfig" "-" .ID "-" .Title | join " " | toRawJson }},
    "fingerprint": "{{ list .ID .Title $target | join "" | sha1sum }}",
    "content": {{ .Description | toRawJson }},
    "severity": "{{ template "severity" . }}",
    "location": {
      "path": {{ $target | toRawJson }},
      "lines": {
        "begin": {{ .CauseMetadata.StartLine }}
      }
    }
  }
  {{- end }}
  {{- range .Secrets }}
    {{- if $first }}{{ $first = false }}{{ else }},{{ end }}
  {
    "type": "issue",
    "check_name": "container_scanning",
    "categories": [ "Security" ],
    "description": {{ list "Secret" .Title | join " " | toRawJson }},
    "fingerprint": "{{ list .RuleID .Title $target (.StartLine | toString) | join "" | sha1sum }}",
    "content": {{ .Title | toRawJson }},
    "severity": "{{ template "severity" . }}",
    "location": {
      "path": {{ $target | toRawJson }},
      "lines": {
        "begin": {{ .StartLine }}
      }
    }
  }
  {{- end }}
{{- end }}
]
{{- define "severity" }}
  {{- if eq .Severity "CRITICAL" }}critical{{ else if eq .Severity "HIGH" }}major{{ else if eq .Severity "MEDIUM" }}minor{{ else }}info{{ end }}
{{- end }}
`;
