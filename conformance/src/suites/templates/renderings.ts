import type { NotificationData } from "@ferula/notify";

/** A text of a notification, and as what it is rendered. */
export interface Rendering {
  readonly text: string;
  readonly kind: "text" | "html";
}

/** The file of definitions that both sides load over the default templates. */
export const definitions: string = `{{ define "line" }}[{{ .Status | toUpper }}] {{ .Labels.alertname }}{{ end }}
{{ define "list" }}{{ range . }}- {{ template "line" . }}
{{ end }}{{ end }}
{{ define "countdown" }}{{ if . }}{{ len . }} {{ template "countdown" (slice . 1) }}{{ end }}{{ end }}
{{ define "row" }}<td title="{{ .Value }}">{{ .Name }}</td>{{ end }}
{{ define "slack.default.title" }}own title of {{ .Receiver }}{{ end }}`;

const startsAt = "2024-03-09T07:05:03.123456789Z";
const endsAt = "2024-03-09T08:00:00Z";

/** The notification as amtool reads it. */
export const notificationJson = {
  receiver: "team-x",
  status: "firing",
  alerts: [
    {
      status: "firing",
      labels: { alertname: "HighLatency", instance: "a:9100", severity: "page", weird: `<b>"quotes" & 'more'</b>` },
      annotations: { summary: "Latency is 3.5 s", url: "http://x.test/a b?q=1&r=<>#f", script: "javascript:alert(1)" },
      startsAt,
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "http://prometheus.test/graph?g0.expr=up",
      fingerprint: "c0ffee",
    },
    {
      status: "resolved",
      labels: { alertname: "HighLatency", instance: "é😀", severity: "ticket" },
      annotations: { summary: "over" },
      startsAt,
      endsAt,
      generatorURL: "",
      fingerprint: "beef",
    },
  ],
  groupLabels: { alertname: "HighLatency" },
  commonLabels: { alertname: "HighLatency" },
  commonAnnotations: {},
  externalURL: "http://alertmanager.test",
};

/** The same notification as our own code has it. */
export const notification: NotificationData = {
  receiver: notificationJson.receiver,
  status: "firing",
  reason: "",
  alerts: notificationJson.alerts.map(({ status, labels, annotations, fingerprint, generatorURL }) => ({
    status: status === "firing" ? "firing" : "resolved",
    labels: flat(labels),
    annotations: flat(annotations),
    startsAt: { ms: Date.parse("2024-03-09T07:05:03.123Z"), nanos: 456_789, zone: "Z" },
    endsAt: status === "firing" ? undefined : { ms: Date.parse(endsAt), nanos: 0, zone: "Z" },
    generatorUrl: generatorURL,
    fingerprint,
  })),
  groupLabels: flat(notificationJson.groupLabels),
  commonLabels: flat(notificationJson.commonLabels),
  commonAnnotations: flat(notificationJson.commonAnnotations),
  externalUrl: notificationJson.externalURL,
};

/** Names and values in turn, sorted by name, as a label set is held. */
function flat(labels: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(labels)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat();
}

const texts: readonly string[] = [
  "plain text, {no} action",
  "{{ .Status }} {{ .Receiver }} {{ .ExternalURL }}",
  "{{ len .Alerts }} {{ .Alerts | len }} {{ len .Alerts.Firing }} {{ len .Alerts.Resolved }}",
  "{{ range .Alerts }}{{ .Labels.instance }};{{ end }}",
  "{{ range $i, $a := .Alerts }}{{ $i }}={{ $a.Fingerprint }} {{ $.Status }};{{ end }}",
  "{{ range .Alerts.Firing }}{{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value }},{{ end }}{{ end }}",
  "{{ (index .Alerts 0).Labels.Names }} {{ (index .Alerts 0).Labels.Values }}",
  '{{ (index .Alerts 0).Labels.Remove (stringSlice "weird" "severity") }}',
  '{{ .GroupLabels.SortedPairs.Values | join " " }} {{ .CommonLabels.Names | join ", " }}',
  "{{ .GroupLabels }} {{ .CommonAnnotations }} {{ .CommonLabels.nope }}|",
  "{{ range $k, $v := (index .Alerts 0).Annotations }}{{ $k }}:{{ $v }} {{ end }}",
  '{{ template "list" .Alerts }}',
  '{{ template "slack.default.title" . }}',
  '{{ template "countdown" .Alerts }}',
  "{{ if eq .Status `firing` }}on{{ else }}off{{ end }}{{ if not .CommonAnnotations }} none{{ end }}",
  '{{ if and (eq .Status "firing") (gt (len .Alerts) 1) }}many{{ else if .Alerts }}one{{ end }}',
  "{{ with .CommonAnnotations.summary }}{{ . }}{{ else }}no summary{{ end }}",
  '{{ with $x := index .Alerts 1 }}{{ $x.Status }} {{ .Labels.severity | title | printf "%-8s|" }}{{ end }}',
  "{{ $n := 0 }}{{ range .Alerts }}{{ $n = len .Labels }}{{ end }}{{ $n }}",
  "{{ range .Alerts }}{{ if eq .Status `resolved` }}{{ continue }}{{ end }}{{ .Fingerprint }}{{ end }}",
  "{{ range .Alerts }}{{ .Fingerprint }}{{ break }}{{ end }}",
  "{{ range .Alerts.Firing }}x{{ else }}empty{{ end }}{{ range .CommonAnnotations }}x{{ else }}empty{{ end }}",
  "a {{- 1 -}} b {{/* a comment */ -}}   c",
  '{{ "é😀\\n\\t\\"q\\" \\u00e9 \\x41" }} {{ `raw\\n` }}',
  "{{ 'a' }} {{ 0x1F }} {{ 0b101 }} {{ 1_000 }} {{ 1e3 }} {{ 1.50 }} {{ -7 }}",
  '{{ printf "%d %5d %-5d| %05d %x %o %b %c %U %q" 42 42 42 42 42 42 42 42 42 42 }}',
  '{{ printf "%s %q %x %10s %-10s| %.2s %T" "héllo" "héllo" "héllo" "héllo" "héllo" "héllo" "héllo" }}',
  '{{ printf "%f %.2f %e %g %8.3f %+d %t %v" 3.14159 3.14159 3.14159 3.14159 3.14159 7 true 1.0 }}',
  '{{ printf "%d %s" "x" 1 }} {{ printf "%d" }} {{ printf "%d" 1 2 }} {{ printf "%z" 1 }} {{ printf "%" }}',
  '{{ printf "%[2]d %[1]d %[3]d" 1 2 }} {{ printf "%*d|%.*f" 5 1 2 3.14159 }}',
  '{{ printf "%v %+v %#v" .GroupLabels .GroupLabels "a" }}',
  '{{ print 1 2 "x" 3 nil true }} {{ println "a" 1 }}',
  '{{ and 1 0 }} {{ or 0 "x" }} {{ not 1 }} {{ and .Alerts "yes" }}',
  "{{ eq 1 1 }} {{ eq 1 2 3 1 }} {{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt `b` `a` }} {{ ge 2.5 2.5 }}",
  '{{ index "abc" 1 }} {{ slice "abcdef" 1 3 }} {{ index .CommonLabels "alertname" }} {{ len "é" }}',
  `{{ html "<a href='x'>&</a>" }} {{ js "it's <b>" }} {{ urlquery "a b&c=d/é" }}`,
  '{{ toUpper "aé" }} {{ toLower "AÉ" }} {{ title "hello wORLD" }} {{ match "^h.*o$" "hello" }} {{ reReplaceAll "(l+)" "<$1>" "hello" }}',
  "{{ (index .Alerts 0).StartsAt }} {{ (index .Alerts 0).StartsAt.Year }} {{ (index .Alerts 0).StartsAt.Unix }}",
  '{{ (index .Alerts 1).EndsAt.Format "2006-01-02 15:04:05 MST" }} {{ (index .Alerts 0).EndsAt.IsZero }}',
  "{{ (index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt }}",
  '{{ define "inner" }}<{{ . }}>{{ end }}{{ template "inner" .Status }}',
  '{{ block "own" .Status }}({{ . }}){{ end }}',
  // Mistakes in the text.
  "{{ .Status",
  "{{ if .Status }}",
  "{{ end }}",
  "{{ nofunc 1 }}",
  "line one\n{{ range }}{{ end }}",
  '{{ "open }}',
  "{{ $x }}",
  "{{ break }}",
  "{{ 1 | 2 }}",
  "{{ template nope }}",
  // Mistakes in what it asks for.
  "{{ .Nope }}",
  "one\ntwo {{ (index .Alerts 0).Nope }}",
  '{{ template "nope" . }}',
  "{{ index .Alerts 9 }}",
  "{{ toUpper 1 }}",
  "{{ toUpper .Alerts }}",
  "{{ len 3 }}",
  '{{ lt 1 "a" }}',
  "{{ eq .Alerts .Alerts }}",
  "{{ .Status.Foo }}",
  "{{ range .Status }}{{ end }}",
  "{{ (index .Alerts 0).StartsAt.Format }}",
  // What Go learnt after amtool was built.
  "{{ range 3 }}{{ . }}{{ end }}",
  "{{ with .CommonAnnotations }}a{{ else with .Status }}{{ . }}{{ end }}",
  "{{ .Status | trimSpace }}",
];

const pages: readonly string[] = [
  "<b>{{ .Status }}</b>{{ range .Alerts }}<i>{{ .Labels.weird }}</i>{{ end }}",
  '{{ range .Alerts }}<a href="{{ .Annotations.url }}" title="{{ .Labels.weird }}">x</a>{{ end }}',
  '{{ range .Alerts }}<a href="{{ .Annotations.script }}">x</a><a href="/q?x={{ .Annotations.url }}">y</a>{{ end }}',
  "{{ range .Alerts }}<a href={{ .Annotations.url }} title={{ .Labels.weird }}>x</a>{{ end }}",
  "<script>var labels = {{ .CommonLabels }}, text = {{ (index .Alerts 0).Labels.weird }}, n = {{ len .Alerts }};</script>",
  "<script>var a = '{{ (index .Alerts 0).Labels.weird }}'; f(/{{ (index .Alerts 0).Labels.instance }}/);</script>",
  `<p onclick="f({{ (index .Alerts 0).Labels.weird }})" style="color: {{ .Status }}; background: url('{{ (index .Alerts 0).Annotations.url }}')">`,
  "<style>p { color: {{ (index .Alerts 0).Labels.weird }}; content: '{{ .Status }}' }</style>",
  '<table>{{ range .Alerts }}<tr>{{ range .Labels.SortedPairs }}{{ template "row" . }}{{ end }}</tr>{{ end }}</table>',
  "<!-- {{ .Status }} --><p {{ .Status }}={{ .Receiver }}>a < b</p><textarea>{{ (index .Alerts 0).Labels.weird }}</textarea>",
  `{{ "<b>bold</b>" | safeHtml }} {{ "<b>bold</b>" }} <p title="{{ "<b>bold</b>" | safeHtml }}">`,
  "{{ (index .Alerts 0).Labels.weird | html }} {{ (index .Alerts 0).Annotations.url | urlquery }}",
  '<img src="{{ (index .Alerts 0).Annotations.script }}" srcset="{{ (index .Alerts 0).Annotations.url }} 2x">',
  '<a href="{{ if .Alerts }}/a?{{ else }}/b{{ end }}{{ .Status }}">',
  '{{ if .Alerts }}<a href="{{ end }}',
  '<a href="{{ .Status }}',
  "<p title={{ .Status | html }}>",
  "{{ .Status | html | print }}",
  "{{ range .Alerts }}<p title='{{ .Status }}{{ end }}",
  "<script>`${ {{ .Status }} }`</script>",
];

/** Everything that is rendered on both sides. */
export const renderings: readonly Rendering[] = [
  ...texts.map((text) => ({ text, kind: "text" as const })),
  ...pages.map((text) => ({ text, kind: "html" as const })),
];

const LABELS = "a label set has a String method in newer Alertmanagers, and shows as a=b, c=d";
const CONTEXT = "the contexts in newer Go's messages tell the open braces of template literals too";

/** Where Debian's amtool 0.25, built with Go 1.19, is behind what we follow: Alertmanager 0.34 and Go 1.26. */
export const versionDifferences: ReadonlyMap<string, string> = new Map([
  ['{{ (index .Alerts 0).Labels.Remove (stringSlice "weird" "severity") }}', LABELS],
  ["{{ .GroupLabels }} {{ .CommonAnnotations }} {{ .CommonLabels.nope }}|", LABELS],
  ['{{ printf "%v %+v %#v" .GroupLabels .GroupLabels "a" }}', LABELS],
  ["{{ eq .Alerts .Alerts }}", LABELS],
  ["<script>var labels = {{ .CommonLabels }}, text = {{ (index .Alerts 0).Labels.weird }}, n = {{ len .Alerts }};</script>", LABELS],
  ["{{ .Nope }}", "amtool hands over the data, Alertmanager a pointer to it, which its messages name"],
  ['{{ lt 1 "a" }}', "newer Go names the types that it cannot compare"],
  ["{{ range 3 }}{{ . }}{{ end }}", "Go ranges over an int since 1.24"],
  ["{{ with .CommonAnnotations }}a{{ else with .Status }}{{ . }}{{ end }}", "Go has else with since 1.23"],
  ["{{ .Status | trimSpace }}", "trimSpace is of a newer Alertmanager"],
  [
    "{{ range .Alerts }}<a href={{ .Annotations.url }} title={{ .Labels.weird }}>x</a>{{ end }}",
    "Go fills an empty attribute without quotes since 1.20.4 (CVE-2023-29400)",
  ],
  ['{{ if .Alerts }}<a href="{{ end }}', CONTEXT],
  ['<a href="{{ .Status }}', CONTEXT],
  ["{{ range .Alerts }}<p title='{{ .Status }}{{ end }}", CONTEXT],
  ["<script>`${ {{ .Status }} }`</script>", "newer Go follows template literals of JavaScript; before, it refused actions in them"],
]);
