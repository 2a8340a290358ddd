import { describe, expect, test } from "@jest/globals";
import { CONFIG, start, type Running } from "../support.ts";

const ALERTS = "/api/v2/alerts";
const post = (alertmanager: Running, ...alerts: readonly unknown[]): ReturnType<Running["ask"]> => alertmanager.ask("POST", ALERTS, alerts);
const names = (alerts: readonly { readonly labels: { readonly alertname: string } }[]): readonly string[] =>
  alerts.map(({ labels }) => labels.alertname).toSorted();

/** The message of a body that can't be read. */
const unreadable = (reason: string | RegExp): unknown =>
  expect.stringMatching(
    typeof reason === "string"
      ? new RegExp(`^parsing alerts body from "" failed, because ${reason.replaceAll(".", "\\.")}$`)
      : new RegExp(`^parsing alerts body from "" failed, because .*${reason.source.replace(/^\^/, "")}`),
  );

describe("posted alerts", () => {
  test("are shown with all that is known of them", async () => {
    const alertmanager = await start();
    const { status, text } = await post(alertmanager, {
      labels: { alertname: "Down", team: "db", empty: "" },
      annotations: { summary: "It is <down>" },
      startsAt: "2026-01-02T03:04:05.678901+02:00",
      generatorURL: "http://prometheus/graph?g0.expr=up",
    });
    expect([status, text]).toEqual([200, ""]);
    const { json, headers } = await alertmanager.ask("GET", ALERTS);
    expect(json).toEqual([
      {
        annotations: { summary: "It is <down>" },
        endsAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        fingerprint: expect.stringMatching(/^[\da-f]{16}$/),
        receivers: [{ name: "db-team" }],
        startsAt: "2026-01-02T03:04:05.678+02:00",
        status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: "active" },
        updatedAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        generatorURL: "http://prometheus/graph?g0.expr=up",
        labels: { alertname: "Down", team: "db" },
      },
    ]);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("of the same labels are one, which keeps its earliest start and takes the newest annotations", async () => {
    const alertmanager = await start();
    await post(alertmanager, { labels: { alertname: "A" }, annotations: { n: "1" }, startsAt: "2026-01-02T03:00:00Z" });
    await post(alertmanager, { labels: { alertname: "A" }, annotations: { n: "2" }, startsAt: "2026-01-02T04:00:00Z" });
    const { json } = await alertmanager.ask("GET", ALERTS);
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({ annotations: { n: "2" }, startsAt: "2026-01-02T03:00:00.000Z" });
  });

  test("that have ended are not shown any more", async () => {
    const alertmanager = await start();
    await post(alertmanager, { labels: { alertname: "A" } });
    await post(alertmanager, { labels: { alertname: "A" }, endsAt: new Date().toISOString() });
    expect((await alertmanager.ask("GET", ALERTS)).json).toEqual([]);
  });

  test("may have a label called __proto__", async () => {
    const alertmanager = await start();
    await alertmanager.ask("POST", ALERTS, '[{"labels":{"alertname":"A","__proto__":"x"},"annotations":{"constructor":"y"}}]');
    const { text } = await alertmanager.ask("GET", ALERTS);
    expect(text).toContain('"__proto__":"x"');
    expect(text).toContain('"constructor":"y"');
  });

  test("that are wrong are refused by themselves; the others are taken", async () => {
    const alertmanager = await start();
    const refused = await post(
      alertmanager,
      { labels: {} },
      { labels: { alertname: "Good" } },
      { labels: { a: "" } },
      { labels: { "": "x" } },
      { labels: { alertname: "Late" }, startsAt: "2026-01-02T00:00:00Z", endsAt: "2026-01-01T00:00:00Z" },
      { labels: { alertname: "Note" }, annotations: { "": "x" } },
    );
    expect(refused.status).toBe(400);
    expect(refused.json).toBe(
      [
        "at least one label pair required",
        "at least one label pair required",
        'invalid label set: invalid name ""',
        "start time must be before end time",
        'invalid annotations: invalid name ""',
      ].join("\n"),
    );
    expect(names((await alertmanager.ask("GET", ALERTS)).json)).toEqual(["Good"]);
    expect((await alertmanager.ask("GET", "/metrics")).text).toContain('alertmanager_alerts_invalid_total{version="v2"} 5');
  });

  test.each([
    { body: "", status: 422, want: { code: 602, message: "alerts in body is required" } },
    { body: '[{"annotations":{}}]', status: 422, want: { code: 602, message: "0.labels in body is required" } },
    { body: '[{"labels":null}]', status: 422, want: { code: 602, message: "0.labels in body is required" } },
    ...["x", "http://[", "http://h:x/", "http://h/%zz", "http://x y"].map((uri) => ({
      body: JSON.stringify([{ labels: { a: "b" } }, { generatorURL: uri }]),
      status: 422,
      want: { code: 601, message: `1.generatorURL in body must be of type uri: ${JSON.stringify(uri)}` },
    })),
    ...[
      ['[{"labels":{"a":1}}]', "json: cannot unmarshal number into Go struct field Alert.labels of type string"],
      ['[{"labels":{"a":"b"}},{"labels":[]}]', "json: cannot unmarshal array into Go struct field Alert.labels of type models.LabelSet"],
      ['[{},{"labels":{"a":"b"},"startsAt":5}]', "json: cannot unmarshal number into Go struct field .startsAt of type string"],
      ['[{"labels":{"a":"b"},"startsAt":"yesterday"}]', /^parsing time "yesterday" as "2006-01-02 15:04:05": cannot parse/],
      ['[{"labels":{"a":"b"},"endsAt":"2026-13-01T00:00:00Z"}]', /^parsing time "2026-13-01T00:00:00Z": /],
      ['[{"labels":{"a":"b"},"generatorURL":3}]', "json: cannot unmarshal number into Go struct field Alert.generatorURL of type string"],
      ["[1]", "json: cannot unmarshal number into Go value of type models.PostableAlert"],
      ["[null]", "json: cannot unmarshal null into Go value of type models.PostableAlert"],
      ["{}", "json: cannot unmarshal object into Go value of type models.PostableAlerts"],
      ["[".repeat(20_000) + "]".repeat(20_000), "json: cannot unmarshal array into Go value of type models.PostableAlert"],
      ["[", /JSON/],
    ].map(([body, reason]) => ({ body: body as string, status: 400, want: { code: 400, message: unreadable(reason) } })),
  ])("of another shape are refused whole: %#", async ({ body, status, want }) => {
    const alertmanager = await start();
    const answer = await alertmanager.ask("POST", ALERTS, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject(want);
    expect((await alertmanager.ask("GET", ALERTS)).json).toEqual([]);
  });

  test.each([
    ["null", []],
    ["[]", []],
    ['[{"labels":{"a":"b","none":null},"annotations":null,"generatorURL":null,"x":[[[]]]}]', [{ labels: { a: "b" } }]],
    ['[{"labels":{"a":"b"},"startsAt":""}]', [{ startsAt: "1970-01-01T00:00:00.000Z" }]],
    ['[{"labels":{"a":"b"},"endsAt":"0001-01-01T00:00:00Z"}]', [{ endsAt: expect.stringMatching(/^2/) }]],
    ['[{"labels":{"a":"b"},"startsAt":"2020-01-01T01:02"}]', [{ startsAt: "2020-01-01T01:02:00.000Z" }]],
    ['[{"labels":{"a":"b"},"startsAt":"2020-01-01 01:02:03"}]', [{ startsAt: "2020-01-01T01:02:03.000Z" }]],
    ['[{"labels":{"a":"b"},"startsAt":"2020-01-01T01:02:03.004+0530"}]', [{ startsAt: "2020-01-01T01:02:03.004+05:30" }]],
    ...["/x", "//h/x", "http://", "mailto:x", "http://h/a b", "http://[::1]:9/x"].map(
      (uri) => [JSON.stringify([{ labels: { a: "b" }, generatorURL: uri }]), [{ generatorURL: uri }]] as const,
    ),
  ])("are taken as upstream takes them: %s", async (body, want) => {
    const alertmanager = await start();
    expect(await alertmanager.ask("POST", ALERTS, body)).toMatchObject({ status: 200, text: "" });
    expect((await alertmanager.ask("GET", ALERTS)).json).toMatchObject(want);
  });

  test.each(["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])(
    "in a body that a form of a page can send are refused: %s",
    async (type) => {
      const { status, json } = await (await start()).ask("POST", ALERTS, "[]", { "content-type": type });
      expect(status).toBe(415);
      expect(json.code).toBe(415);
    },
  );

  test("from a page of another site are refused", async () => {
    const { status } = await (await start()).ask("POST", ALERTS, [], { "sec-fetch-site": "cross-site" });
    expect(status).toBe(403);
  });
});

describe("a listing", () => {
  async function filled(): Promise<Running> {
    const alertmanager = await start();
    await post(
      alertmanager,
      { labels: { alertname: "Plain", team: "web" } },
      { labels: { alertname: "Db", team: "db" } },
      { labels: { alertname: "Twin", severity: "critical" } },
      { labels: { alertname: "Twin", severity: "warning" } },
      { labels: { alertname: "Silent" } },
    );
    await alertmanager.ask("POST", "/api/v2/silences", {
      matchers: [{ name: "alertname", value: "Silent", isRegex: false }],
      startsAt: new Date(Date.now() - 1000).toISOString(),
      endsAt: new Date(Date.now() + 60_000).toISOString(),
      createdBy: "me",
      comment: "test",
    });
    return alertmanager;
  }

  test.each([
    { query: "", want: ["Db", "Plain", "Silent", "Twin", "Twin"] },
    { query: 'filter=team="db"', want: ["Db"] },
    { query: "filter=team=~%22.%2B%22&filter=team!=db", want: ["Plain"] },
    { query: 'filter=team=""', want: ["Silent", "Twin", "Twin"] },
    { query: "silenced=false", want: ["Db", "Plain", "Twin", "Twin"] },
    { query: "inhibited=false", want: ["Db", "Plain", "Silent", "Twin"] },
    { query: "active=false", want: ["Silent", "Twin"] },
    { query: "active=maybe", want: ["Silent", "Twin"] },
    { query: "active=", want: ["Db", "Plain", "Silent", "Twin", "Twin"] },
    { query: "active=false&active=TRUE", want: ["Db", "Plain", "Silent", "Twin", "Twin"] },
    { query: "unprocessed=false", want: ["Db", "Plain", "Silent", "Twin", "Twin"] },
    { query: "receiver=db-team", want: ["Db"] },
    { query: "receiver=db", want: [] },
    { query: "receiver=db.*|default", want: ["Db", "Plain", "Silent", "Twin", "Twin"] },
    { query: "receiver_matchers=name%3Ddb-team", want: ["Db"] },
  ])("of $query", async ({ query, want }) => {
    const alertmanager = await filled();
    expect(names((await alertmanager.ask("GET", `${ALERTS}?${query}`)).json)).toEqual(want);
    const groups = (await alertmanager.ask("GET", `/api/v2/alerts/groups?${query}`)).json;
    expect(names(groups.flatMap(({ alerts }: { alerts: readonly never[] }) => alerts))).toEqual(want);
  });

  test("tells by what an alert is suppressed", async () => {
    const alertmanager = await filled();
    const { json } = await alertmanager.ask("GET", ALERTS);
    const statusOf = (alertname: string, severity?: string): unknown =>
      json.find(({ labels }: any) => labels.alertname === alertname && labels.severity === severity).status;
    const source = json.find(({ labels }: any) => labels.severity === "critical");
    expect(statusOf("Twin", "warning")).toEqual({ inhibitedBy: [source.fingerprint], mutedBy: [], silencedBy: [], state: "suppressed" });
    expect(statusOf("Silent")).toMatchObject({ silencedBy: [expect.any(String)], state: "suppressed" });
    const metrics = (await alertmanager.ask("GET", "/metrics")).text;
    expect(metrics).toContain('alertmanager_alerts{state="suppressed"} 2');
    expect(metrics).toContain('alertmanager_alerts{state="active"} 3');
  });

  test("by groups is sorted by their labels, and names receivers", async () => {
    const { json } = await (await filled()).ask("GET", "/api/v2/alerts/groups");
    expect(json.map(({ labels, receiver }: any) => [labels.alertname, receiver.name])).toEqual([
      ["Db", "db-team"],
      ["Plain", "default"],
      ["Silent", "default"],
      ["Twin", "default"],
    ]);
  });

  test("by groups puts those of fewer labels first, and names all receivers of an alert", async () => {
    const alertmanager = await start(
      CONFIG.replace("group_by: [alertname]", "group_by: [alertname, team]")
        .replace("      receiver: db-team\n", "      receiver: db-team\n      continue: true\n    - receiver: all\n")
        .replace("receivers:\n", "receivers:\n  - name: all\n"),
    );
    await post(
      alertmanager,
      { labels: { alertname: "A", team: "db", job: "b" } },
      { labels: { alertname: "A", team: "db" } },
      { labels: { alertname: "A", team: "db", job: "a" } },
      { labels: { alertname: "Z" } },
    );
    const { json } = await alertmanager.ask("GET", "/api/v2/alerts/groups");
    expect(
      json.map(({ receiver, alerts }: any) => [
        receiver.name,
        alerts.map(({ labels, receivers }: any) => [labels.alertname, labels.job, ...receivers.map(({ name }: any) => name)]),
      ]),
    ).toEqual([
      ["all", [["Z", undefined, "all"]]],
      ...["all", "db-team"].map((name) => [name, ["a", "b", undefined].map((job) => ["A", job, "all", "db-team"])]),
    ]);
  });

  test.each(["filter={a=b}", "filter=%21", "receiver=%5B", "receiver_matchers=%21"])("is refused for %s", async (query) => {
    const alertmanager = await start();
    for (const path of [ALERTS, "/api/v2/alerts/groups"]) {
      const { status, json } = await alertmanager.ask("GET", `${path}?${query}`);
      expect(status).toBe(400);
      expect(json).toEqual(expect.any(String));
    }
  });
});
