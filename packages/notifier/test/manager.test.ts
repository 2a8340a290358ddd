import { afterEach, describe, expect, test } from "@jest/globals";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "@ferula/client";
import { readConfig } from "@ferula/config";
import { noLogger } from "@ferula/logging";
import { labelsOf } from "@ferula/model";
import { eventually } from "@ferula/test-kit";
import {
  alertingShape,
  createNotifier,
  sectionName,
  type Alert,
  type AlertingConfig,
  type Notifier,
  type NotifierOptions,
} from "../src/index.ts";

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

/** An Alertmanager that notes what it gets. */
interface Sink {
  readonly address: string;
  readonly received: Received[];
  /** The numbers of the alerts that it got, a list for each request. */
  readonly batches: () => string[][];
  status: number;
  hangs: boolean;
  readonly answerAll: () => void;
}

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  closing = [];
});

async function startSink(change: Partial<Pick<Sink, "status" | "hangs">> = {}): Promise<Sink> {
  const waiting: (() => void)[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => (body += text));
    request.on("end", () => {
      sink.received.push({ path: request.url ?? "", headers: request.headers, alerts: JSON.parse(body) as Received["alerts"] });
      const answer = (): void => void response.writeHead(sink.status).end("because");
      if (sink.hangs) waiting.push(answer);
      else answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  const sink: Sink = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    batches: () => sink.received.map(({ alerts }) => alerts.map(({ labels }) => labels["n"])),
    status: 200,
    hangs: false,
    answerAll() {
      sink.hangs = false;
      for (const answer of waiting.splice(0)) answer();
    },
    ...change,
  };
  return sink;
}

interface Harness {
  readonly notifier: Notifier;
  readonly apply: (yaml: string, externalLabels?: Readonly<Record<string, string>>) => void;
  /** Tells of the addresses that were found for each section. */
  readonly found: (...sections: readonly (readonly string[])[]) => void;
  readonly metric: (name: string, address?: string) => Promise<number | undefined>;
  readonly send: (from: number, to?: number) => void;
  /** All metrics as text. */
  readonly lines: () => Promise<readonly string[]>;
}

const ONE = "alertmanagers: [{}]";

function start(options: Partial<NotifierOptions> = {}): Harness {
  const registry = new Registry();
  const notifier = createNotifier({
    queueCapacity: 1000,
    batchSize: 256,
    drainOnShutdown: true,
    userAgent: "Prometheus/1",
    logger: noLogger,
    registry,
    ...options,
  });
  closing.push(() => notifier.stop());
  const harness: Harness = {
    notifier,
    apply(yaml, externalLabels = {}) {
      const read = readConfig(alertingShape, yaml, "a.yml");
      if (!read.ok) throw new Error(read.errors.map(({ reason }) => reason).join());
      notifier.apply(read.value as AlertingConfig, labelsOf(externalLabels));
    },
    found: (...sections) =>
      notifier.sync(
        new Map(
          sections.map((addresses, i) => [
            sectionName(i),
            [{ source: "s", labels: labelsOf({ team: "t" }), targets: addresses.map((address) => labelsOf({ __address__: address })) }],
          ]),
        ),
      ),
    async metric(name, address) {
      const start = `prometheus_notifications_${name}${address === undefined ? "" : `{alertmanager="http://${address}/api/v2/alerts"}`} `;
      const line = (await registry.metrics()).split("\n").find((text) => text.startsWith(start));
      return line === undefined ? undefined : Number(line.slice(start.length));
    },
    lines: async () => (await registry.metrics()).split("\n"),
    send: (from, to = from) => notifier.send(Array.from({ length: to - from + 1 }, (_, i) => makeAlert(from + i))),
  };
  return harness;
}

const makeAlert = (n: number, labels: Readonly<Record<string, string>> = {}): Alert => ({
  labels: labelsOf({ n: String(n), ...labels }),
  annotations: labelsOf({}),
  startsAtMs: 0,
  endsAtMs: 1000,
  generatorUrl: "",
});

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

test("alerts go in batches, one after another, to every Alertmanager", async () => {
  const [a, b] = [await startSink(), await startSink()];
  const { apply, found, send, metric } = start({ batchSize: 3 });
  apply(ONE);
  found([a.address, b.address]);
  send(1, 7);
  await eventually(() => expect([...a.received, ...b.received]).toHaveLength(6));
  expect(a.batches()).toEqual([numbers(1, 3), numbers(4, 6), ["7"]]);
  expect(b.batches()).toEqual(a.batches());
  expect(a.received[0]).toMatchObject({
    path: "/api/v2/alerts",
    headers: { "content-type": "application/json", "user-agent": "Prometheus/1" },
  });
  await eventually(async () =>
    expect([
      await metric("sent_total", a.address),
      await metric("errors_total", a.address),
      await metric("dropped_total", a.address),
    ]).toEqual([7, 0, 0]),
  );
  for (const name of ["latency_seconds_count", "latency_histogram_seconds_count"]) expect(await metric(name, a.address)).toBe(3);
  expect(await metric("alertmanagers_discovered")).toBe(2);
});

test("what is counted of an Alertmanager is there before anything is sent, by upstream's names and limits", async () => {
  const sink = await startSink();
  const { apply, found, send, metric, lines } = start({ queueCapacity: 77 });
  apply(ONE);
  found([sink.address]);
  for (const name of ["sent_total", "errors_total", "dropped_total", "queue_length"])
    expect([name, await metric(name, sink.address)]).toEqual([name, 0]);
  expect(await metric("queue_capacity")).toBe(77);
  send(1);
  await eventually(async () => expect(await metric("latency_seconds_count", sink.address)).toBe(1));
  const limits = (await lines()).flatMap((line) => /^prometheus_notifications_latency_.*(?:quantile|le)="([^"]*)"/.exec(line)?.[1] ?? []);
  expect(limits).toEqual(["0.01", "0.1", "1", "10", "+Inf", "0.5", "0.9", "0.99"]);
});

test("a section has upstream's defaults, and no version of the API but the second", () => {
  const read = readConfig(alertingShape, ONE, "a.yml");
  expect(read.ok ? read.value : undefined).toMatchObject({
    alertmanagers: [{ timeout: 10_000, api_version: "v2", scheme: "http", path_prefix: "" }],
  });
  const old = readConfig(alertingShape, "alertmanagers: [{ api_version: v1 }]", "a.yml");
  expect(old.ok ? [] : old.errors.map(({ reason }) => reason)).toEqual(["expected Alertmanager api version to be one of [v2] but got v1"]);
});

test("a queue that is full drops the oldest, and counts them", async () => {
  const sink = await startSink({ hangs: true });
  const { apply, found, send, metric } = start({ queueCapacity: 4, batchSize: 2 });
  apply(ONE);
  found([sink.address]);
  send(1, 2);
  await eventually(() => expect(sink.received).toHaveLength(1));
  send(3, 5);
  send(6, 8);
  expect(await metric("dropped_total", sink.address)).toBe(2);
  expect(await metric("queue_length", sink.address)).toBe(4);
  sink.answerAll();
  await eventually(() => expect(sink.batches()).toEqual([numbers(1, 2), numbers(5, 6), numbers(7, 8)]));
  send(11, 30);
  await eventually(() => expect(sink.batches().flat().slice(6)).toEqual(numbers(27, 30)));
});

describe("the log tells, in upstream's words,", () => {
  interface Told {
    readonly message: string;
    readonly count?: number;
    readonly err?: Error;
  }

  function startTold(options: Partial<NotifierOptions>): Harness & { readonly told: readonly Told[] } {
    const told: Told[] = [];
    const tell = (message: string, fields?: object): void => void told.push({ message, ...fields });
    return { ...start({ ...options, logger: { ...noLogger, warn: tell, error: tell } }), told };
  }

  test.each([
    { status: 400, text: "bad response status 400 Bad Request: because" },
    { status: 503, text: "bad response status 503 Service Unavailable: because" },
    { status: 599, text: "bad response status 599: because" },
  ])("of an answer $status", async ({ status, text }) => {
    const sink = await startSink({ status });
    const { apply, found, send, told } = startTold({});
    apply(ONE);
    found([sink.address]);
    send(1, 2);
    await eventually(() =>
      expect(told.map(({ message, count, err }) => [message, count, err?.message])).toEqual([["Error sending alerts", 2, text]]),
    );
  });

  test("of a full queue, and of what is dropped at the end", async () => {
    const sink = await startSink({ hangs: true });
    const { apply, found, send, told, notifier } = startTold({ queueCapacity: 4, batchSize: 1, drainOnShutdown: false });
    apply(ONE);
    found([sink.address]);
    send(1);
    await eventually(() => expect(sink.received).toHaveLength(1));
    send(2, 7);
    await notifier.stop();
    expect(told.map(({ message, count }) => [message, count])).toEqual([
      ["Alert notification queue full, dropping alerts", 2],
      ["Alert notification queue not drained on shutdown, dropping alerts", 4],
      ["Error sending alerts", 1],
    ]);
  });
});

test("a flood of alerts is no problem", async () => {
  const sink = await startSink();
  const { apply, found, send } = start({ queueCapacity: 10 });
  apply(ONE);
  found([sink.address]);
  send(1, 50_000);
  await eventually(() => expect(sink.batches().flat()).toEqual(numbers(49_991, 50_000)));
});

describe("failures", () => {
  test.each([304, 400, 429, 500])("an answer %d is counted, not tried again, and what follows is sent", async (status) => {
    const sink = await startSink({ status });
    const { apply, found, send, metric } = start({ batchSize: 2 });
    apply(ONE);
    found([sink.address]);
    send(1, 3);
    await eventually(async () =>
      expect([await metric("errors_total", sink.address), await metric("dropped_total", sink.address)]).toEqual([3, 3]),
    );
    sink.status = 202;
    send(4);
    await eventually(() => expect(sink.batches()).toEqual([["1", "2"], ["3"], ["4"]]));
    expect(await metric("errors_total", sink.address)).toBe(3);
  });

  test("an Alertmanager that hangs, or isn't there, delays no other", async () => {
    const [slow, quick] = [await startSink({ hangs: true }), await startSink()];
    const { apply, found, send } = start({ batchSize: 1, drainOnShutdown: false });
    apply(ONE);
    found([slow.address, "127.0.0.1:1", quick.address]);
    send(1, 20);
    await eventually(() => expect(quick.received).toHaveLength(20));
    expect(slow.received).toHaveLength(1);
  });

  test("one that hangs is left when the time is over", async () => {
    const sink = await startSink({ hangs: true });
    const { apply, found, send, metric } = start();
    apply("alertmanagers: [{ timeout: 20ms }]");
    found([sink.address]);
    send(1);
    await eventually(async () => expect(await metric("errors_total", sink.address)).toBe(1));
    expect([await metric("sent_total", sink.address), await metric("latency_histogram_seconds_count", sink.address)]).toEqual([
      0,
      undefined,
    ]);
  });
});

describe("stopping", () => {
  test("sends what waits when it may", async () => {
    const sink = await startSink({ hangs: true });
    const { apply, found, send, notifier } = start({ batchSize: 1 });
    apply(ONE);
    found([sink.address]);
    send(1, 3);
    await eventually(() => expect(sink.received).toHaveLength(1));
    const stopped = notifier.stop();
    send(4);
    sink.answerAll();
    await stopped;
    expect(sink.batches()).toEqual([["1"], ["2"], ["3"]]);
  });

  test("drops it otherwise, and waits for nobody", async () => {
    const sink = await startSink({ hangs: true });
    const { apply, found, send, notifier, metric } = start({ batchSize: 1, drainOnShutdown: false });
    apply(ONE);
    found([sink.address]);
    send(1, 3);
    await eventually(() => expect(sink.received).toHaveLength(1));
    await notifier.stop();
    expect(sink.received).toHaveLength(1);
    expect(await metric("dropped_total", sink.address)).toBeUndefined();
  });
});

describe("discovery and reloads", () => {
  test("an Alertmanager that goes gets what it was due, one that comes gets what follows", async () => {
    const [a, b] = [await startSink({ hangs: true }), await startSink()];
    const { apply, found, send, notifier, metric } = start({ batchSize: 1 });
    apply(ONE);
    found([a.address]);
    send(1, 2);
    await eventually(() => expect(a.received).toHaveLength(1));
    found([b.address]);
    expect(notifier.alertmanagers().active).toEqual([`http://${b.address}/api/v2/alerts`]);
    send(3);
    a.answerAll();
    await eventually(() => expect([a.batches().flat(), b.batches().flat()]).toEqual([["1", "2"], ["3"]]));
    expect(await metric("alertmanagers_discovered")).toBe(1);
    for (const name of ["sent_total", "errors_total", "dropped_total", "queue_length", "latency_seconds_count"])
      await eventually(async () => expect([name, await metric(name, a.address)]).toEqual([name, undefined]));
  });

  test("what is counted of an Alertmanager stays as long as a section sends to it", async () => {
    const sink = await startSink();
    const { apply, found, send, metric } = start();
    apply("alertmanagers: [{}, { timeout: 9s }]");
    found([sink.address], [sink.address]);
    send(1);
    await eventually(async () => expect(await metric("sent_total", sink.address)).toBe(2));
    found([], [sink.address]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([await metric("sent_total", sink.address), await metric("alertmanagers_discovered")]).toEqual([2, 1]);
  });

  test("what a queue that goes is not allowed to drain counts as dropped", async () => {
    const sink = await startSink({ hangs: true });
    const { apply, found, send, metric } = start({ batchSize: 1, drainOnShutdown: false });
    apply("alertmanagers: [{}, { timeout: 9s }]");
    found([sink.address], [sink.address]);
    send(1, 4);
    await eventually(() => expect(sink.received).toHaveLength(2));
    found([], [sink.address]);
    // Three that waited, and the one on its way, which is broken off.
    await eventually(async () => expect(await metric("dropped_total", sink.address)).toBe(4));
    expect(await metric("errors_total", sink.address)).toBe(1);
  });

  test("a reload brings other external labels and rules to sections that are as they were", async () => {
    const sink = await startSink();
    const { apply, found, send } = start();
    const rule = (label: string): string => `alert_relabel_configs: [{ target_label: ${label}, replacement: "1" }]\n${ONE}`;
    apply(rule("a"), { region: "eu" });
    found([sink.address]);
    send(1);
    await eventually(() => expect(sink.received).toHaveLength(1));
    apply(rule("b"), { region: "us" });
    send(2);
    await eventually(() => expect(sink.received).toHaveLength(2));
    expect(sink.received.map(({ alerts }) => alerts[0].labels)).toEqual([
      { n: "1", a: "1", region: "eu" },
      { n: "2", b: "1", region: "us" },
    ]);
  });

  test("a new password alone takes the place of the old one", async () => {
    const sink = await startSink();
    const { apply, found, send } = start();
    const applyPassword = (password: string): void => {
      apply(`alertmanagers: [{ basic_auth: { username: u, password: ${password} } }]`);
      found([sink.address]);
    };
    applyPassword("old");
    send(1);
    await eventually(() => expect(sink.received).toHaveLength(1));
    applyPassword("new");
    send(2);
    await eventually(() => expect(sink.received).toHaveLength(2));
    const passwords = sink.received.map(({ headers }) => Buffer.from(headers.authorization?.slice(6) ?? "", "base64").toString());
    expect(passwords).toEqual(["u:old", "u:new"]);
  });

  test("stopping sends what Alertmanagers that went are still due", async () => {
    const sink = await startSink({ hangs: true });
    const { apply, found, send, notifier } = start({ batchSize: 1 });
    apply(ONE);
    found([sink.address]);
    send(1, 3);
    await eventually(() => expect(sink.received).toHaveLength(1));
    found([]);
    const stopped = notifier.stop();
    sink.answerAll();
    await stopped;
    expect(sink.batches().flat()).toEqual(["1", "2", "3"]);
  });

  test("a section that is as it was keeps its queues, one that changed sends on with the old settings what it held", async () => {
    const sink = await startSink({ hangs: true });
    const { apply, found, send, metric } = start({ batchSize: 1 });
    apply(ONE);
    found([sink.address]);
    send(1, 2);
    await eventually(() => expect(sink.received).toHaveLength(1));
    apply("alertmanagers: [{ timeout: 10s }]");
    expect(await metric("queue_length", sink.address)).toBe(1);
    apply("alertmanagers: [{ path_prefix: /p }]");
    send(3);
    await eventually(() => expect(sink.received).toHaveLength(2));
    sink.answerAll();
    await eventually(() =>
      expect(sink.received.map(({ path, alerts }) => [path, alerts[0].labels["n"]])).toEqual([
        ["/api/v2/alerts", "1"],
        ["/p/api/v2/alerts", "3"],
        ["/api/v2/alerts", "2"],
      ]),
    );
    apply("{}");
    expect(await metric("alertmanagers_discovered")).toBe(0);
  });

  test.each([
    ["/", "/api/v2/alerts"],
    ["", "/api/v2/alerts"],
    ["/am/", "/am/api/v2/alerts"],
    ["am", "/am/api/v2/alerts"],
    ["//am//x", "/am/x/api/v2/alerts"],
  ])("the path prefix %j gives %s", (prefix, path) => {
    const { apply, found, notifier } = start();
    apply(`alertmanagers: [{ path_prefix: ${JSON.stringify(prefix)} }]`);
    found(["h:1"]);
    expect(notifier.alertmanagers().active).toEqual([`http://h:1${path}`]);
  });

  test.each([
    { address: "am.1:9093", isActive: true, why: "a name may end in a number" },
    { address: "am:99999", isActive: true, why: "that a port is none is told when alerts are sent" },
    { address: "", isActive: true, why: "and that a host is" },
    { address: "http://am:1", isActive: false, why: "a URL is no address, and leaves out its group" },
  ])("$address: $why", ({ address, isActive }) => {
    const errors: unknown[] = [];
    const logger = { ...noLogger, error: (_message: string, fields?: object) => void errors.push(fields) };
    const { apply, found, notifier } = start({ logger });
    apply("alertmanagers: [{}]");
    found(["good:1", address]);
    const urls = [`http://good:1/api/v2/alerts`, `http://${address}/api/v2/alerts`];
    expect(notifier.alertmanagers()).toEqual({ active: isActive ? urls : [], dropped: [] });
    expect(errors).toEqual(isActive ? [] : [{ err: '"http://am:1" is not a valid hostname' }]);
  });

  test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string]>([
    ["a target's own scheme does not count", { __scheme__: "ftp" }, {}, "http://h:1/api/v2/alerts"],
    ["its group's does", {}, { __scheme__: "https", __alerts_path__: "/g" }, "https://h:1/g"],
    ["but not where the target has one", { __scheme__: "ftp" }, { __scheme__: "https" }, "http://h:1/api/v2/alerts"],
    ["a path is escaped and gets its slash", {}, { __alerts_path__: "p?q#f%41é; (x)" }, "http://h:1/p%3Fq%23f%2541%C3%A9;%20%28x%29"],
  ])("%s", (_why, ofTarget, ofGroup, url) => {
    const { apply, notifier } = start();
    apply("alertmanagers: [{}]");
    const target = labelsOf({ __address__: "h:1", ...ofTarget });
    notifier.sync(new Map([[sectionName(0), [{ source: "s", labels: labelsOf(ofGroup), targets: [target] }]]]));
    expect(notifier.alertmanagers().active).toEqual([url]);
  });

  test("a section goes on with its queues wherever it stands, and one that is new gets nobody else's targets", () => {
    const { apply, found, notifier } = start();
    const section = (prefix: string, port: number): string =>
      `{ path_prefix: /${prefix}, static_configs: [{ targets: ["${prefix}:${port}"] }] }`;
    apply(`alertmanagers: [${section("a", 1)}]`);
    found(["a:1"]);
    apply(`alertmanagers: [${section("b", 2)}, ${section("a", 1)}]`);
    expect(notifier.alertmanagers().active).toEqual(["http://a:1/a/api/v2/alerts"]);
    found(["b:2"], ["a:1"]);
    expect(notifier.alertmanagers().active).toEqual(["http://b:2/b/api/v2/alerts", "http://a:1/a/api/v2/alerts"]);
  });

  test("relabelling drops targets and changes addresses", () => {
    const { apply, found, notifier } = start();
    apply(`
alertmanagers:
- scheme: https
  relabel_configs:
  - { source_labels: [__address__], regex: drop.*, action: drop }
  - { source_labels: [team], target_label: __alerts_path__, replacement: /for/$1 }
- relabel_configs: [{ source_labels: [__address__], regex: away.*, action: drop }]
`);
    found(["a:1", "drop:1", "a:1"], ["b:1", "away:1"]);
    expect(notifier.alertmanagers()).toEqual({
      active: ["https://a:1/for/t", "http://b:1/api/v2/alerts"],
      dropped: ["https://drop:1/api/v2/alerts", "http://away:1/api/v2/alerts"],
    });
  });
});

test("external labels are added where absent, then the global rules run, then those of each section", async () => {
  const [a, b] = [await startSink(), await startSink()];
  const { apply, found, notifier } = start();
  apply(
    `
alert_relabel_configs:
- { source_labels: [region], regex: (.*), target_label: seen, replacement: $1 }
- { source_labels: [n], regex: "1", action: drop }
alertmanagers:
- alert_relabel_configs: [{ source_labels: [n], regex: "2", action: drop }]
- alert_relabel_configs: [{ regex: seen, action: labeldrop }]
`,
    { region: "eu" },
  );
  found([a.address], [b.address]);
  notifier.send([makeAlert(1), makeAlert(2), makeAlert(3, { region: "own" })]);
  await eventually(() => expect([a.received, b.received].map((received) => received.length)).toEqual([1, 1]));
  expect(a.received[0].alerts.map(({ labels }) => labels)).toEqual([{ n: "3", region: "own", seen: "own" }]);
  expect(b.received[0].alerts.map(({ labels }) => labels)).toEqual([
    { n: "2", region: "eu" },
    { n: "3", region: "own" },
  ]);
});
