/** Findings for AWS Security Hub. Account and region come from the environment. */
export const asff = `{
  "Findings": [
{{- $first := true }}
{{- $region := env "AWS_REGION" }}
{{- $account := env "AWS_ACCOUNT_ID" }}
{{- $now := now | date "2006-01-02T15:04:05Z" }}
{{- $product := printf "arn:aws:securityhub:%s::product/aquasecurity/aquasecurity" $region }}
{{- range . }}
  {{- $target := .Target }}
  {{- $image := .Target | regexFind "^[^ ]+" }}
  {{- range .Vulnerabilities }}
    {{- if $first }}{{ $first = false }}{{ else }},{{ end }}
    {
      "SchemaVersion": "2018-10-08",
      "Id": {{ printf "%s/%s" $target .VulnerabilityID | toRawJson }},
      "ProductArn": {{ $product | toRawJson }},
      "GeneratorId": {{ printf "Trivy/%s" .VulnerabilityID | toRawJson }},
      "AwsAccountId": {{ $account | toRawJson }},
      "Types": [ "Software and Configuration Checks/Vulnerabilities/CVE" ],
      "CreatedAt": "{{ $now }}",
      "UpdatedAt": "{{ $now }}",
      "Severity": { "Label": "{{ template "label" . }}" },
      "Title": {{ printf "Trivy found a vulnerability to %s in container %s, related to %s" .VulnerabilityID $target .PkgName | trunc 256 | toRawJson }},
      "Description": {{ .Description | default .VulnerabilityID | trunc 1024 | toRawJson }},
      "Remediation": {
        "Recommendation": {
          "Text": "More information on this vulnerability is provided in the hyperlink",
          "Url": {{ .PrimaryURL | toRawJson }}
        }
      },
      "ProductFields": { "Product Name": "Trivy" },
      "Resources": [
        {
          "Type": "Container",
          "Id": {{ $target | toRawJson }},
          "Partition": "aws",
          "Region": {{ $region | toRawJson }},
          "Details": {
            "Container": { "ImageName": {{ $image | toRawJson }} },
            "Other": {
              "CVE ID": {{ .VulnerabilityID | toRawJson }},
              "CVE Title": {{ .Title | toRawJson }},
              "PkgName": {{ .PkgName | toRawJson }},
              "Installed Package": {{ .InstalledVersion | toRawJson }},
              "Patched Package": {{ .FixedVersion | toRawJson }},
              "NvdCvssScoreV3": "{{ template "nvdScore" . }}",
              "NvdCvssVectorV3": "{{ template "nvdVector" . }}"
            }
          }
        }
      ],
      "RecordState": "ACTIVE"
    }
  {{- end }}
  {{- range .Misconfigurations }}
    {{- if $first }}{{ $first = false }}{{ else }},{{ end }}
    {
      "SchemaVersion": "2018-10-08",
      "Id": {{ printf "%s/%s" $target .ID | toRawJson }},
      "ProductArn": {{ $product | toRawJson }},
      "GeneratorId": {{ printf "Trivy/%s" .ID | toRawJson }},
      "AwsAccountId": {{ $account | toRawJson }},
      "Types": [ "Software and Configuration Checks" ],
      "CreatedAt": "{{ $now }}",
      "UpdatedAt": "{{ $now }}",
      "Severity": { "Label": "{{ template "label" . }}" },
      "Title": {{ printf "Trivy found a misconfiguration in %s: %s" $target .Title | trunc 256 | toRawJson }},
      "Description": {{ .Description | default .Title | trunc 1024 | toRawJson }},
      "Remediation": {
        "Recommendation": {
          "Text": {{ .Resolution | trunc 512 | toRawJson }},
          "Url": {{ .PrimaryURL | toRawJson }}
        }
      },
      "ProductFields": { "Product Name": "Trivy" },
      "Resources": [
        {
          "Type": "Other",
          "Id": {{ $target | toRawJson }},
          "Partition": "aws",
          "Region": {{ $region | toRawJson }},
          "Details": {
            "Other": {
              "Message": {{ .Message | trunc 1024 | toRawJson }},
              "Filename": {{ $target | toRawJson }},
              "StartLine": "{{ .CauseMetadata.StartLine }}",
              "EndLine": "{{ .CauseMetadata.EndLine }}"
            }
          }
        }
      ],
      "RecordState": "ACTIVE"
    }
  {{- end }}
  {{- range .Secrets }}
    {{- if $first }}{{ $first = false }}{{ else }},{{ end }}
    {
      "SchemaVersion": "2018-10-08",
      "Id": {{ $target | toRawJson }},
      "ProductArn": {{ $product | toRawJson }},
      "GeneratorId": "Trivy",
      "AwsAccountId": {{ $account | toRawJson }},
      "Types": [ "Sensitive Data Identifications" ],
      "CreatedAt": "{{ $now }}",
      "UpdatedAt": "{{ $now }}",
      "Severity": { "Label": "{{ template "label" . }}" },
      "Title": {{ printf "Trivy found a secret in %s: %s" $target .Title | trunc 256 | toRawJson }},
      "Description": {{ printf "Trivy found a secret in %s: %s" $target .Title | trunc 1024 | toRawJson }},
      "ProductFields": { "Product Name": "Trivy" },
      "Resources": [
        {
          "Type": "Other",
          "Id": {{ $target | toRawJson }},
          "Partition": "aws",
          "Region": {{ $region | toRawJson }},
          "Details": {
            "Other": { "Filename": {{ $target | toRawJson }} }
          }
        }
      ],
      "RecordState": "ACTIVE"
    }
  {{- end }}
{{- end }}
  ]
}
{{- define "label" }}
  {{- if eq .Severity "UNKNOWN" }}INFORMATIONAL{{ else }}{{ .Severity }}{{ end }}
{{- end }}
{{- define "nvdScore" }}
  {{- $nvd := index .CVSS (sourceID "nvd") }}
  {{- if $nvd }}{{ $nvd.V3Score }}{{ else }}0{{ end }}
{{- end }}
{{- define "nvdVector" }}
  {{- $nvd := index .CVSS (sourceID "nvd") }}
  {{- if $nvd }}{{ $nvd.V3Vector }}{{ end }}
{{- end }}
`;
