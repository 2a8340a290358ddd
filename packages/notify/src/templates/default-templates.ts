/**
 * The templates that a configuration may count on without defining them, under upstream's names. What they say is what users know; the
 * page of the e-mail is our own. Templates of the receivers that are not in yet come with them.
 */
export const DEFAULT_TEMPLATES: string = `
{{ define "__alertmanager" }}Alertmanager{{ end }}
{{ define "__alertmanagerURL" }}{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}{{ end }}

{{ define "__subject" -}}
  [{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}] {{ .GroupLabels.SortedPairs.Values | join " " }}
  {{- if gt (len .CommonLabels) (len .GroupLabels) }} ({{ with .CommonLabels.Remove .GroupLabels.Names }}{{ .Values | join " " }}{{ end }}){{ end }}
{{- " " -}}
{{ end }}
{{ define "__description" }}{{ end }}

{{ define "__text_alert_list" -}}
{{ range . }}Labels:
{{ range .Labels.SortedPairs }} - {{ .Name }} = {{ .Value }}
{{ end }}Annotations:
{{ range .Annotations.SortedPairs }} - {{ .Name }} = {{ .Value }}
{{ end }}Source: {{ .GeneratorURL }}
{{ end }}
{{- end }}

{{ define "__text_alert_list_markdown" -}}
{{ range . }}
Labels:
{{ range .Labels.SortedPairs }}  - {{ .Name }} = {{ .Value }}
{{ end }}
Annotations:
{{ range .Annotations.SortedPairs }}  - {{ .Name }} = {{ .Value }}
{{ end }}
Source: {{ .GeneratorURL }}
{{ end }}
{{- end }}

{{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}

{{ define "__email_alert" }}
<tr><td style="padding:12px 20px;border-top:1px solid #dde1e6">
  {{ range .Labels.SortedPairs }}<span style="color:#6b7480">{{ .Name }}</span>&nbsp;=&nbsp;{{ .Value }}<br>{{ end }}
  {{ range .Annotations.SortedPairs }}<p style="margin:8px 0 0"><strong>{{ .Name }}</strong><br>{{ .Value }}</p>{{ end }}
  {{ if .GeneratorURL }}<p style="margin:8px 0 0"><a href="{{ .GeneratorURL }}">Source</a></p>{{ end }}
</td></tr>
{{ end }}

{{ define "email.default.html" -}}
<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>{{ template "__subject" . }}</title></head>
<body style="margin:0;padding:20px;background:#f6f7f9;color:#22262b;font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:1.5">
<table width="100%" cellpadding="0" cellspacing="0" style="max-width:640px;margin:0 auto;background:#ffffff;border:1px solid #dde1e6;border-radius:4px">
<tr>{{ if gt (len .Alerts.Firing) 0 }}<td style="padding:14px 20px;background:#e03131;color:#ffffff;font-size:16px">{{ else }}<td style="padding:14px 20px;background:#2f9e44;color:#ffffff;font-size:16px">{{ end }}
  {{ len .Alerts }} {{ if eq (len .Alerts) 1 }}alert{{ else }}alerts{{ end }}{{ range .GroupLabels.SortedPairs }} for {{ .Name }}={{ .Value }}{{ end }}
</td></tr>
<tr><td style="padding:14px 20px"><a href="{{ template "__alertmanagerURL" . }}">View in {{ template "__alertmanager" . }}</a></td></tr>
{{ if .Alerts.Firing }}<tr><td style="padding:12px 20px;border-top:1px solid #dde1e6"><strong>[{{ len .Alerts.Firing }}] Firing</strong></td></tr>
{{ range .Alerts.Firing }}{{ template "__email_alert" . }}{{ end }}{{ end }}
{{ if .Alerts.Resolved }}<tr><td style="padding:12px 20px;border-top:1px solid #dde1e6"><strong>[{{ len .Alerts.Resolved }}] Resolved</strong></td></tr>
{{ range .Alerts.Resolved }}{{ template "__email_alert" . }}{{ end }}{{ end }}
<tr><td style="padding:14px 20px;border-top:1px solid #dde1e6;color:#6b7480">Sent by {{ template "__alertmanager" . }}</td></tr>
</table>
</body>
</html>
{{- end }}
`;
