import { describe, expect, test } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "@ferula/test-kit";
import { loadTemplates } from "../../src/templates/templates.ts";
import { makeData, type AlertSketch } from "../make-data.ts";

/** The time that this process has computed, in milliseconds: a machine that is busy with others does not make it longer. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const NOW = Date.parse("2026-01-02T12:00:00Z");
const templates = loadTemplates([], () => NOW);
const FIRING: AlertSketch = {
  labels: { alertname: "A", job: "j", z: "1" },
  annotations: { summary: "<b>" },
  startsAt: "2026-01-02T03:04:05.5+02:00",
  generatorUrl: "http://g/?a=1&b=2",
};
const RESOLVED: AlertSketch = { labels: { alertname: "A", job: "j", z: "2" }, endsAt: "2026-01-02T04:04:05Z" };
const data = makeData([FIRING, RESOLVED]);

// Rendered by amtool 0.25 with the same data, but for what came later.
describe("texts as amtool renders them", () => {
  test.each([
    [`{{ toUpper "aé" }}|{{ toLower "AÉ" }}|{{ title "hello WORLD o'neil é-ß x_y 3rd" }}`, "AÉ|aé|Hello World O'neil É-Ss X_y 3Rd"],
    ['{{ join "-" (stringSlice "a" "b") }}', "a-b"],
    ['{{ match "^a.c" "abcd" }}{{ match "x" "abc" }}', "truefalse"],
    ['{{ reReplaceAll "(a)(b)" "$2${1}x" "abab" }}', "baxbax"],
    ["{{ len (stringSlice) }}", "0"],
    ["{{ len (.CommonLabels.Remove nil) }}{{ len (.CommonLabels.Remove (stringSlice)) }}", "22"],
    ["{{ .Receiver }} {{ .Status }} {{ len .Alerts }} {{ .ExternalURL }}", "te\\.am firing 2 http://am.example/x"],
    ["{{ .CommonLabels.Names }}", "[alertname job]"],
    ["{{ (.CommonLabels.Remove .GroupLabels.Names).Names }}", "[job]"],
    ['{{ (.CommonLabels.Remove (stringSlice "job")).Names }}', "[alertname]"],
    [
      "{{ range .Alerts.Firing }}{{ .Labels.alertname }}/{{ .Labels.nope }}/{{ .StartsAt }}/{{ .EndsAt.IsZero }};{{ end }}",
      "A//2026-01-02 03:04:05.5 +0200 +0200/true;",
    ],
    ['{{ safeHtml "<b>" }}', "<b>"],
    ['{{ (index .Alerts 0).StartsAt.Format "2006-01-02" }}', "2026-01-02"],
    ["{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }};{{ end }}", "alertname=A;job=j;"],
    ["{{ with .CommonAnnotations }}{{ . }}{{ end }}", ""],
    ["{{ .Alerts.Firing | len }} {{ .Alerts.Resolved | len }}", "1 1"],
  ])("%s", (template, want) => {
    expect(templates.text(template, data)).toBe(want);
  });

  test.each([
    ["{{ .Nope }}", "can't evaluate field Nope in type *template.Data"],
    ['{{ match "(" "a" }}', "error calling match: error parsing regexp: missing closing ): `(`"],
    ['{{ reReplaceAll "(" "" "a" }}', "regexp: Compile(`(`): error parsing regexp: missing closing ): `(`"],
    ['{{ join "-" 1 }}', "can't handle 1 for arg of type []string"],
    [`{{ .CommonLabels.Remove "a" }}`, `can't handle "a" for arg of type []string`],
    ["{{", "unclosed action"],
    ['{{ template "nope" . }}', 'template "nope" not defined'],
    ['{{ urlUnescape "%zz" }}', "error calling urlUnescape"],
    ['{{ base64decode "a" }}', "illegal base64 data"],
  ])("%s fails", (template, message) => {
    expect(() => templates.text(template, data)).toThrow(message);
  });
});

describe("functions that came after 0.25", () => {
  test.each([
    ['{{ trimSpace " a \\n" }}', "a"],
    ['{{ urlUnescape "a%20b+c" }}', "a b c"],
    ['{{ base64encode "é>?~" }} {{ base64decode "w6k-P34=" }}', "w6k-P34= é>?~"],
    ['{{ date "15:04" (index .Alerts 0).StartsAt }} {{ (tz "Asia/Tokyo" (index .Alerts 0).StartsAt).Format "15:04" }}', "03:04 10:04"],
    ['{{ now.Format "2006" }} {{ since (index .Alerts 1).StartsAt }}', "2026 8h55m55s"],
    [
      '{{ humanizeDuration 3661 }} {{ humanizeDuration (since (index .Alerts 1).StartsAt) }} {{ humanizeDuration "60" }}',
      "1h 1m 1s 8h 55m 55s 1m 0s",
    ],
    ['{{ list 1 "a" }} {{ append (list 1) 2 }} {{ (dict "a" 1 "b" (list 2)).b }}', "[1 a] [1 2] [2]"],
    ['{{ .CommonLabels.SortedPairs.Values.Join "," }} {{ .NotificationReason }}', "A,j first notification"],
    ["{{ .GroupLabels }} {{ .CommonLabels.SortedPairs }} {{ .RouteLabels.x }}", "alertname=A alertname=A, job=j "],
    ["{{ toJson .CommonLabels }}", '{"alertname":"A","job":"j"}'],
    ['{{ toJson (list 1 1.5 "<" true nil (dict "a" now)) }}', '[1,1.5,"\\u003c",true,null,{"a":"2026-01-02T12:00:00Z"}]'],
    [
      "{{ toJson (index .Alerts 0) }}",
      '{"status":"firing","labels":{"alertname":"A","job":"j","z":"1"},"annotations":{"summary":"\\u003cb\\u003e"},"startsAt":"2026-01-02T03:04:05.5+02:00","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://g/?a=1\\u0026b=2","fingerprint":"FP"}',
    ],
  ])("%s", (template, want) => {
    expect(templates.text(template, data).replace(/"fingerprint":"[\da-f]{16}"/, '"fingerprint":"FP"')).toBe(want);
  });

  test("dict wants pairs", () => {
    expect(() => templates.text('{{ dict "a" }}', data)).toThrow("even number");
  });
});

describe("functions as Alertmanager 0.34 has them", () => {
  test.each([
    ['{{ toUpper "straße ﬁx" }} {{ toLower "ΟΔΟΣ İ" }}', "STRAßE ﬁX οδοσ i"],
    ['{{ title "x.y don’t a:b c/d ﬁsh ǆ ΟΔΟΣ 1ST" }}', "X.y Don’t A:b C/D Fish ǅ Οδος 1St"],
    ['{{ trimSpace "\ufeff a\u0085" | printf "%q" }}', '"\\ufeff a"'],
    ['{{ urlUnescape "%C3%A9+%ff%41" }}', "é \ufffdA"],
    ['{{ base64decode "YQ==\\n" }}{{ base64decode "YR==" }}{{ base64decode "" }}', "aa"],
    ['{{ humanizeDuration "inf" }} {{ humanizeDuration "1_0" }}', "+Inf 10s"],
    ['{{ toJson (dict "b" 1 "a" (list)) }} {{ toJson 1e-7 }}', '{"a":[],"b":1} 1e-7'],
    ["{{ toJson .CommonLabels.SortedPairs }}", '[{"Name":"alertname","Value":"A"},{"Name":"job","Value":"j"}]'],
    ['{{ append nil 1 }} {{ append (list "a") "b" }} {{ (dict "a" "b").a }}', "[1] [a b] b"],
    ['{{ printf "%T %T %T" . (list "a") (dict "a" "b") }}', "*template.Data []interface {} map[string]interface {}"],
  ])("%s", (template, want) => {
    expect(templates.text(template, data)).toBe(want);
  });

  test.each([
    ['{{ urlUnescape "a%2" }}', 'error calling urlUnescape: invalid URL escape "%2"'],
    ['{{ base64decode "w6k/Pg==" }}', "error calling base64decode: illegal base64 data at input byte 3"],
    ['{{ base64decode "w6k_Pg" }}', "illegal base64 data at input byte 4"],
    ['{{ base64decode "YQ=" }}', "illegal base64 data at input byte 3"],
    ['{{ base64decode "YQ==x" }}', "illegal base64 data at input byte 4"],
    ['{{ base64decode "é" }}', "illegal base64 data at input byte 0"],
    ['{{ humanizeDuration " 1" }}', 'strconv.ParseFloat: parsing " 1": invalid syntax'],
    ['{{ humanizeDuration "0x10" }}', 'strconv.ParseFloat: parsing "0x10": invalid syntax'],
    ["{{ humanizeDuration nil }}", "can't convert <nil> to float"],
    ["{{ humanizeDuration true }}", "can't convert bool to float"],
    ["{{ humanizeDuration . }}", "can't convert *template.Data to float"],
    ["{{ humanizeDuration .Alerts }}", "can't convert template.Alerts to float"],
    ["{{ dict 1 }}", "dict requires an even number of arguments"],
    ["{{ dict 1 2 }}", "dict keys must be strings"],
    ['{{ append .CommonLabels.Names "x" }}', "wrong type for value; expected []interface {}; got template.Strings"],
    ['{{ append (stringSlice "a") 1 }}', "expected []interface {}; got []string"],
    ['{{ join "," (list "a") }}', "expected []string; got []interface {}"],
    ['{{ .CommonLabels.Remove (list "z") }}', "expected []string; got []interface {}"],
  ])("%s fails", (template, message) => {
    expect(() => templates.text(template, data)).toThrow(message);
  });
});

describe("a loop ends with a message", () => {
  const doubled = "{{ $l := list 1 }}{{ range 40 }}{{ $l = list $l $l }}{{ end }}";
  test.each([
    { why: "a list that holds itself twice, printed", text: `${doubled}{{ print $l }}` },
    { why: "the same as JSON", text: `${doubled}{{ toJson $l }}` },
    { why: "the same, compared", text: `${doubled}{{ eq $l $l }}` },
    { why: "a list that grows", text: "{{ $l := list 1 }}{{ range 1000000 }}{{ $l = append $l 1 }}{{ end }}" },
    { why: "zones", text: '{{ range 1000000 }}{{ $x := (tz "Asia/Tokyo" now).Format "Mon MST" }}{{ end }}' },
    { why: "new patterns", text: '{{ range $i := 1000000 }}{{ match (printf "((a{1,30}){1,30})%d" $i) "b" }}{{ end }}' },
    { why: "a pattern on a long text", text: '{{ $t := printf "%20000s" "x" }}{{ range 1000000 }}{{ match "(.* ){10}y" $t }}{{ end }}' },
    { why: "words", text: '{{ $t := printf "%200000s" "x" }}{{ range 1000000 }}{{ $x := title $t }}{{ end }}' },
  ])("$why", ({ text }) => {
    for (const render of [templates.text, templates.html]) {
      const startedMs = cpuMs();
      expect(() => render(text, data)).toThrow(
        expect.objectContaining({
          kind: "limit",
          message: expect.stringMatching(/: executing "" at <.*>: the template took more than \d+ steps$/),
        }),
      );
      // The bound is 100 ms; thirty times that tells what hangs from what is slow.
      expect(cpuMs() - startedMs).toBeLessThan(3000);
    }
  });
});

describe("default templates", () => {
  test.each([
    [[FIRING, RESOLVED], "[FIRING:1] A (j) "],
    [[FIRING], "[FIRING:1] A (j 1) "],
    [[RESOLVED], "[RESOLVED] A (j 2) "],
    [[{ labels: { alertname: "A" } }], "[FIRING:1] A "],
  ])("the subject of %j", (alerts, want) => {
    expect(templates.text('{{ template "email.default.subject" . }}', makeData(alerts))).toBe(want);
  });

  test("the address of the alerts", () => {
    expect(templates.text('{{ template "__alertmanagerURL" . }}', data)).toBe("http://am.example/x/#/alerts?receiver=te%5C.am");
  });

  test("the list of alerts", () => {
    expect(templates.text('{{ template "__text_alert_list" .Alerts.Firing }}', data)).toBe(
      "Labels:\n - alertname = A\n - job = j\n - z = 1\nAnnotations:\n - summary = <b>\nSource: http://g/?a=1&b=2\n",
    );
  });

  test.each([
    ["firing", [FIRING], ["[1] Firing", "1 alert for alertname=A"], ["Resolved"]],
    ["resolved", [RESOLVED], ["[1] Resolved"], ["Firing"]],
    [
      "mixed",
      [FIRING, RESOLVED],
      ["[1] Firing", "[1] Resolved", "2 alerts for alertname=A", 'href="http://am.example/x/#/alerts?receiver=te%5C.am"'],
      [],
    ],
  ])("the page of a group that is %s", (_what, alerts, there, missing) => {
    const page = templates.html('{{ template "email.default.html" . }}', makeData(alerts));
    for (const text of there) expect(page).toContain(text);
    for (const text of missing) expect(page).not.toContain(text);
    expect(page.startsWith("<!DOCTYPE html>")).toBe(true);
    expect(page.endsWith("</html>")).toBe(true);
  });

  test("what an alert brings can't be markup, script or a link to one", () => {
    const page = templates.html(
      '{{ template "email.default.html" . }}',
      makeData([
        {
          labels: { alertname: "<script>alert(1)</script>", 'x"onload="y': "' onclick='z" },
          annotations: { summary: "</td><img src=x onerror=alert(1)>" },
          generatorUrl: "javascript:alert(1)",
        },
      ]),
    );
    expect(page).not.toMatch(/<script|<img|"onload|javascript:/);
    expect(page).toContain('<a href="#ZgotmplZ">');
  });
});

describe("template files", () => {
  test("later definitions replace earlier ones, those by default too", () => {
    const folder = tempFolder();
    const files = ["a.tmpl", "b.tmpl"].map((name) => join(folder, name));
    writeFileSync(files[0], '{{ define "x" }}1{{ end }}{{ define "__subject" }}mine{{ end }}');
    writeFileSync(files[1], '{{ define "x" }}2{{ end }}');
    const own = loadTemplates(files, () => NOW);
    expect(own.text('{{ template "x" . }} {{ template "email.default.subject" . }}', data)).toBe("2 mine");
  });

  test("a mistake is told at the start, with its place", () => {
    const file = join(tempFolder(), "bad.tmpl");
    writeFileSync(file, "{{ define }}");
    expect(() => loadTemplates([file], () => NOW)).toThrow(/bad\.tmpl:1/);
    expect(() => loadTemplates(["/nowhere/x.tmpl"], () => NOW)).toThrow("ENOENT");
  });
});
