import { expect, test } from "@jest/globals";
import { eventually, fakeClock } from "@ferula/test-kit";
import type { FakeApi, SeenRequest } from "./fake-api.ts";
import { metaObject, podObject } from "./objects.ts";
import { apiWith, discover, discovered, metricOf, type Discovery } from "./support.ts";

const pods = (count: number): ReturnType<typeof podObject>[] => Array.from({ length: count }, (_, i) => podObject(`p-${i}`));
const podSection = (api: FakeApi): string => `{api_server: '${api.url}', role: pod}`;
const targetCount = ({ groups }: Discovery): number => [...groups.values()].reduce((sum, { targets }) => sum + targets.length, 0);
const lists = ({ requests }: FakeApi): SeenRequest[] => requests.filter(({ isWatch }) => !isWatch);
const watches = ({ requests }: FakeApi): SeenRequest[] => requests.filter(({ isWatch }) => isWatch);
const brokenLines = ({ logs }: Discovery): string[] => logs.filter((line) => line.includes("A watch has broken off"));
const errorLines = ({ logs }: Discovery): string[] => logs.filter((line) => line.includes("level=ERROR"));

/** As long as any wait between two tries, and more. */
const LONG_MS = 60_000;

/** Moves the clock on, again and again, until the check holds. */
async function later(clock: ReturnType<typeof fakeClock>, check: () => boolean): Promise<void> {
  await eventually(async () => {
    await clock.advance(LONG_MS / 60);
    return check();
  });
}

test("a list comes in pages, and the watch goes on from its version", async () => {
  const api = await apiWith({ pods: pods(1000) });
  const discovery = await discovered(podSection(api));
  expect(targetCount(discovery)).toBe(1000);
  expect(discovery.tellCount()).toBe(1);
  expect(lists(api).map(({ parameters }) => parameters)).toEqual([
    { limit: "250" },
    { limit: "250", continue: "1100:250" },
    { limit: "250", continue: "1100:500" },
    { limit: "250", continue: "1100:750" },
  ]);
  await eventually(() => api.watchCount("pods") === 1);
  expect(watches(api).map(({ parameters }) => parameters)).toEqual([
    { watch: "true", resourceVersion: "1100", allowWatchBookmarks: "true", timeoutSeconds: "300" },
  ]);
});

test("what happens is told, many changes together", async () => {
  const api = await apiWith({ pods: pods(200) });
  const discovery = await discovered(podSection(api));
  await eventually(() => api.watchCount("pods") === 1);
  for (let i = 0; i < 200; i += 2) api.remove("pods", "default", `p-${i}`);
  api.put("pods", podObject("new"));
  await eventually(() => targetCount(discovery) === 101);
  expect(discovery.groups.get("pod/default/p-0")).toEqual({ source: "pod/default/p-0", labels: [], targets: [] });
  expect(discovery.tellCount()).toBeLessThan(20);
  expect(await metricOf(discovery.registry, 'prometheus_sd_kubernetes_events_total{event="add",role="pod"}')).toBe(201);
  expect(await metricOf(discovery.registry, 'prometheus_sd_kubernetes_events_total{event="delete",role="pod"}')).toBe(100);
  expect(await metricOf(discovery.registry, 'prometheus_sd_kubernetes_events_total{event="update",role="pod"}')).toBe(0);
});

test("a list whose next page has expired is begun anew", async () => {
  const api = await apiWith({ pods: pods(600) });
  let isExpired = false;
  api.refuse = ({ parameters }) => {
    if (isExpired || parameters["continue"] === undefined) return undefined;
    isExpired = true;
    return { status: 410, body: '{"kind":"Status","code":410,"reason":"Expired","message":"too old"}' };
  };
  const discovery = await discovered(podSection(api));
  expect(targetCount(discovery)).toBe(600);
  expect(lists(api).map(({ parameters }) => parameters["continue"] ?? "")).toEqual(
    ["", "1", "", "1", "2"].map((page) => (page === "" ? "" : `700:${Number(page) * 250}`)),
  );
  expect(errorLines(discovery)).toEqual([]);
});

test("a watch that the API ends is begun again from the last version, which a bookmark may tell", async () => {
  const api = await apiWith({ pods: pods(1), services: [metaObject("other", "default")] });
  const clock = fakeClock();
  const discovery = discover(podSection(api), { clock });
  await later(clock, () => api.watchCount("pods") === 1);
  api.put("services", metaObject("other", "default", { labels: { a: "b" } }));
  api.bookmark("pods");
  api.endWatches("well");
  await later(clock, () => watches(api).length === 2);
  expect(watches(api).map(({ parameters }) => parameters["resourceVersion"])).toEqual(["102", "103"]);
  expect(lists(api)).toHaveLength(1);
  expect(errorLines(discovery)).toEqual([]);
});

test("after a connection that broke the watch goes on, and nothing of what happened meanwhile is missed", async () => {
  const api = await apiWith({ pods: pods(2) });
  const clock = fakeClock();
  const discovery = discover(podSection(api), { clock });
  await later(clock, () => targetCount(discovery) === 2 && api.watchCount("pods") === 1);
  api.endWatches("broken");
  await eventually(() => brokenLines(discovery).length === 1);
  api.put("pods", podObject("new"));
  api.remove("pods", "default", "p-0");
  expect(targetCount(discovery)).toBe(2);
  await later(clock, () => discovery.groups.has("pod/default/new"));
  expect([...discovery.groups].map(([source, { targets }]) => `${source} ${targets.length}`)).toEqual([
    "pod/default/p-0 0",
    "pod/default/p-1 1",
    "pod/default/new 1",
  ]);
  expect(lists(api)).toHaveLength(1);
  // It is what happens to connections, and no failure of the API.
  expect(errorLines(discovery)).toEqual([]);
  expect(await metricOf(discovery.registry, "prometheus_sd_kubernetes_failures_total")).toBe(0);
});

test.each([
  { why: "an event of the watch says so", gone: (api: FakeApi) => api.forget() },
  {
    why: "the API answers so",
    gone: (api: FakeApi) => {
      api.forget();
      let isTold = false;
      api.refuse = ({ isWatch }) => {
        if (isTold || !isWatch) return undefined;
        isTold = true;
        return { status: 410, body: "{}" };
      };
    },
  },
])("a version that is forgotten leads to a new list, and what vanished meanwhile ends: $why", async ({ gone }) => {
  const api = await apiWith({ pods: pods(3) });
  const clock = fakeClock();
  const discovery = discover(podSection(api), { clock });
  await later(clock, () => targetCount(discovery) === 3 && api.watchCount("pods") === 1);
  const before = discovery.tellCount();
  api.endWatches("broken");
  await eventually(() => brokenLines(discovery).length === 1);
  api.remove("pods", "default", "p-1");
  api.put("pods", podObject("new"));
  gone(api);
  await later(clock, () => discovery.groups.has("pod/default/new"));
  expect(targetCount(discovery)).toBe(3);
  expect(discovery.groups.get("pod/default/p-1")?.targets).toEqual([]);
  expect(discovery.tellCount()).toBe(before + 1);
  // What is as it was is no event.
  expect(await metricOf(discovery.registry, 'prometheus_sd_kubernetes_events_total{event="update",role="pod"}')).toBe(0);
  expect(await metricOf(discovery.registry, "prometheus_sd_kubernetes_failures_total")).toBe(0);
});

const forbidden = {
  status: 403,
  body: '{"kind":"Status","code":403,"message":"pods is forbidden: User \\"x\\" cannot list resource \\"pods\\""}',
};

test.each([
  { why: "403", refusal: forbidden, want: "pods is forbidden: User" },
  { why: "401", refusal: { status: 401, body: '{"kind":"Status","message":"Unauthorized"}' }, want: "Unauthorized" },
  { why: "a proxy's 502", refusal: { status: 502, body: "<html>\n<p>bad gateway</p>" }, want: "HTTP status 502: <html> <p>bad gateway" },
  {
    why: "no JSON",
    refusal: { status: 200, body: "\n <html>" },
    want: 'cannot read the list of pod objects: broken JSON: unexpected \\"<\\" (line 2, column 2)',
  },
  {
    why: "no list",
    refusal: { status: 200, body: "[]" },
    want: "cannot read the list of pod objects: it must be an object, not a list (line 1, column 1)",
  },
  {
    why: "a list without a version",
    refusal: { status: 200, body: '{"items":[]}' },
    want: "cannot read the list of pod objects: it has no resource version",
  },
  {
    why: "a list cut off",
    refusal: { status: 200, body: '{"items":[{}' },
    want: "cannot read the list of pod objects: broken JSON: unexpected end (line 1, column 13)",
  },
  {
    why: "a list that goes on",
    refusal: { status: 200, body: '{"metadata":{"resourceVersion":"1"},"items":null}]' },
    want: "(line 1, column 50)",
  },
])("a list that fails ($why) is tried again, and logged once", async ({ refusal, want }) => {
  const api = await apiWith({ pods: pods(1) });
  const clock = fakeClock();
  api.refuse = () => refusal;
  const discovery = discover(podSection(api), { clock });
  await later(clock, () => api.requests.length >= 4);
  expect(errorLines(discovery)).toHaveLength(1);
  expect(errorLines(discovery)[0]).toContain(want);
  expect(discovery.tellCount()).toBe(0);
  api.refuse = () => undefined;
  await later(clock, () => targetCount(discovery) === 1 && discovery.logs.join("").includes("can be watched again"));
  expect(await metricOf(discovery.registry, "prometheus_sd_kubernetes_failures_total")).toBeGreaterThanOrEqual(3);
  const counted = await metricOf(discovery.registry, `prometheus_sd_kubernetes_http_request_total{status_code="${refusal.status}"}`);
  expect(counted).toBeGreaterThanOrEqual(3);
});

test("a watch that is refused leads to lists further and further apart; nothing known is lost, and the log is quiet", async () => {
  const api = await apiWith({ pods: pods(2) });
  const clock = fakeClock();
  api.refuse = ({ isWatch }) => (isWatch ? { ...forbidden, headers: { "retry-after": "20" } } : undefined);
  const discovery = discover(podSection(api), { clock });
  await later(clock, () => watches(api).length >= 3);
  expect(targetCount(discovery)).toBe(2);
  expect(errorLines(discovery)).toHaveLength(1);
  expect(discovery.logs.join("")).not.toContain("can be watched again");
});

test.each([
  { why: "a line that is no JSON", line: "{", want: "cannot read an event of the watch: broken JSON: unexpected end (line 1, column 2)" },
  { why: "a line that goes on", line: "{} {}", want: 'broken JSON: unexpected \\"{\\" (line 1, column 4)' },
  {
    why: "a line nested too deep",
    line: "[".repeat(5_000_000),
    want: "cannot read an event of the watch: values are nested more than 1000 deep",
  },
  { why: "an event of an unknown type", line: '{"type":"ODD","object":{}}', want: 'unknown type \\"ODD\\"' },
  { why: "an error of the API", line: '{"type":"ERROR","object":{"code":500,"message":"etcd is gone"}}', want: "etcd is gone" },
])("$why ends the watch; all is listed again", async ({ line, want }) => {
  const api = await apiWith({ pods: pods(1) });
  const clock = fakeClock();
  const discovery = discover(podSection(api), { clock });
  await later(clock, () => targetCount(discovery) === 1 && api.watchCount("pods") === 1);
  api.write("pods", line);
  await eventually(() => errorLines(discovery).length === 1);
  expect(errorLines(discovery)[0]).toContain(want);
  expect(targetCount(discovery)).toBe(1);
  await later(clock, () => watches(api).length === 2);
  expect(lists(api)).toHaveLength(2);
});

test("a watch that stays silent past its end is given up", async () => {
  const api = await apiWith({ pods: pods(1) });
  const clock = fakeClock();
  const discovery = discover(podSection(api), { clock });
  await later(clock, () => api.watchCount("pods") === 1);
  await clock.advance(331_000);
  await eventually(() => brokenLines(discovery).length === 1);
  await later(clock, () => watches(api).length === 2);
  expect(brokenLines(discovery)).toHaveLength(1);
});

test("objects that are not what the API documents are no reason to fail", async () => {
  const odd = [
    {
      metadata: { name: "a", namespace: "default", labels: { n: 1, ok: "x" }, annotations: [] },
      spec: { containers: [null, 7, {}] },
      status: { podIP: "1.1.1.1", conditions: 5 },
    },
    { metadata: { name: "b", namespace: "default", ownerReferences: "me" } },
  ];
  const api = await apiWith({ pods: odd as unknown as ReturnType<typeof podObject>[] });
  const discovery = await discovered(podSection(api));
  expect([...discovery.groups].map(([source, { targets }]) => `${source} ${targets.length}`)).toEqual([
    "pod/default/a 3",
    "pod/default/b 0",
  ]);
});

test("namespaces are followed one by one, and one that is forbidden does not hold up the others", async () => {
  const api = await apiWith({ pods: [podObject("p", "a"), podObject("p", "b"), podObject("p", "c")] });
  api.refuse = ({ path }) => (path.includes("/namespaces/b/") ? forbidden : undefined);
  const { groups } = await discovered(`{api_server: '${api.url}', role: pod, namespaces: {names: [a, b, a]}}`);
  await eventually(() => api.watchCount("pods") === 1);
  expect([...groups.keys()]).toEqual(["pod/a/p"]);
  expect(new Set(api.requests.map(({ path }) => path))).toEqual(new Set(["/api/v1/namespaces/a/pods", "/api/v1/namespaces/b/pods"]));
});

test.each([
  { why: "a namespace that is searched", section: "role: pod, namespaces: {names: [a, b]}", forbidden: "/namespaces/b/", watched: "pods" },
  {
    why: "what made the pods, as upstream has it",
    section: "role: pod, attach_metadata: {deployment: true}",
    forbidden: "/replicasets",
    watched: "pods",
  },
  { why: "the services of endpoints", section: "role: endpoints", forbidden: "/services", watched: "endpoints" },
])("nothing is told before it is known: $why", async ({ section, forbidden: part, watched }) => {
  const objects = section.includes("namespaces") ? {} : { pods: pods(1), endpoints: [metaObject("e", "default")] };
  const api = await apiWith(objects);
  let isForbidden = true;
  api.refuse = ({ path }) => (isForbidden && path.includes(part) ? forbidden : undefined);
  const clock = fakeClock();
  const discovery = discover(`{api_server: '${api.url}', ${section}}`, { clock });
  await later(clock, () => api.watchCount(watched) === 1 && lists(api).filter(({ path }) => path.includes(part)).length >= 2);
  expect(discovery.tellCount()).toBe(0);
  isForbidden = false;
  await later(clock, () => discovery.tellCount() === 1);
});

test("of nodes that are discovered themselves all is asked for", async () => {
  const api = await apiWith();
  await discovered(`{api_server: '${api.url}', role: node}`);
  expect(lists(api).map(({ headers }) => headers.accept)).toEqual(["application/json"]);
});

test("a new list of one namespace ends nothing in another", async () => {
  const api = await apiWith({ pods: [podObject("p", "a"), podObject("p", "a-b")] });
  const clock = fakeClock();
  const discovery = discover(`{api_server: '${api.url}', role: pod, namespaces: {names: [a, a-b]}}`, { clock });
  await later(clock, () => targetCount(discovery) === 2 && api.watchCount("pods") === 2);
  api.remove("pods", "a", "p");
  api.forget();
  api.endWatches("broken");
  await later(clock, () => lists(api).length === 4 && api.watchCount("pods") === 2);
  await later(clock, () => targetCount(discovery) === 1);
  expect(discovery.groups.get("pod/a-b/p")?.targets).toHaveLength(1);
});

test.each([
  {
    section:
      "role: pod, selectors: [{role: pod, label: 'app=web', field: 'status.phase=Running'}, {role: node, label: zone=a}], attach_metadata: {node: true}",
    want: {
      "/api/v1/pods": { labelSelector: "app=web", fieldSelector: "status.phase=Running" },
      "/api/v1/nodes": { labelSelector: "zone=a" },
    },
  },
  {
    section: "role: endpoints, selectors: [{role: endpoints, label: e=1}, {role: service, label: s=1}, {role: pod, label: p=1}]",
    want: {
      "/api/v1/endpoints": { labelSelector: "e=1" },
      "/api/v1/services": { labelSelector: "s=1" },
      "/api/v1/pods": { labelSelector: "p=1" },
    },
  },
  {
    section:
      "role: endpointslice, selectors: [{role: endpointslice, field: metadata.name=x}], attach_metadata: {deployment: true, job: true, cronjob: true}",
    want: {
      "/apis/discovery.k8s.io/v1/endpointslices": { fieldSelector: "metadata.name=x" },
      "/api/v1/services": {},
      "/api/v1/pods": {},
      "/apis/apps/v1/replicasets": {},
      "/apis/batch/v1/jobs": {},
    },
  },
  {
    section: "role: ingress, attach_metadata: {namespace: true}",
    want: { "/apis/networking.k8s.io/v1/ingresses": {}, "/api/v1/namespaces": {} },
  },
  {
    section: "role: service, selectors: [{role: service, label: 'a in (b, c)'}]",
    want: { "/api/v1/services": { labelSelector: "a in (b, c)" } },
  },
  { section: "role: node, selectors: [{role: node, label: '!draft'}]", want: { "/api/v1/nodes": { labelSelector: "!draft" } } },
])("a section asks for what it needs: $section", async ({ section, want }) => {
  const api = await apiWith();
  await discovered(`{api_server: '${api.url}/', ${section}}`);
  await eventually(() => watches(api).length === Object.keys(want).length);
  for (const asked of [lists(api), watches(api)]) {
    const selectors = asked.map(({ path, parameters: { labelSelector, fieldSelector } }) => [
      path,
      { ...(labelSelector === undefined ? {} : { labelSelector }), ...(fieldSelector === undefined ? {} : { fieldSelector }) },
    ]);
    expect(Object.fromEntries(selectors)).toEqual(want);
  }
});

test("of what is only attached nothing but the metadata is asked for", async () => {
  const api = await apiWith();
  const { logs } = await discovered(`{api_server: '${api.url}', role: pod, attach_metadata: {node: true}}`);
  await eventually(() => api.watchCount("nodes") + api.watchCount("pods") === 2);
  const accepted = (asked: SeenRequest[]): object => Object.fromEntries(asked.map(({ path, headers }) => [path, headers.accept]));
  expect(accepted(lists(api))).toEqual({
    "/api/v1/pods": "application/json",
    "/api/v1/nodes": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json",
  });
  expect(accepted(watches(api))).toEqual({
    "/api/v1/pods": "application/json",
    "/api/v1/nodes": "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json",
  });
  expect(logs.join("")).not.toContain("ERROR");
});

test("what can be counted is shown from the start, and requests by their kind", async () => {
  const api = await apiWith({ pods: pods(3) });
  const { registry, stop } = await discovered(`{api_server: '${api.url}', role: pod, namespaces: {names: [default]}}`);
  await eventually(() => api.watchCount("pods") === 1);
  const wanted = [
    'prometheus_sd_kubernetes_events_total{event="update",role="endpointslice"} 0',
    'prometheus_sd_kubernetes_events_total{event="add",role="pod"} 3',
    "prometheus_sd_kubernetes_failures_total 0",
    'prometheus_sd_kubernetes_http_request_total{status_code="200"} 2',
    'prometheus_sd_kubernetes_http_request_duration_seconds_count{endpoint="/api/v1/namespaces/%7Bnamespace%7D/pods"} 1',
    'prometheus_sd_kubernetes_workqueue_depth{queue_name="pod"} 0',
    'prometheus_sd_kubernetes_workqueue_items_total{queue_name="pod"} 3',
    'prometheus_sd_kubernetes_workqueue_latency_seconds_count{queue_name="pod"} 3',
    'prometheus_sd_kubernetes_workqueue_work_duration_seconds_count{queue_name="pod"} 3',
    'prometheus_sd_kubernetes_workqueue_unfinished_work_seconds{queue_name="pod"} 0',
    'prometheus_sd_kubernetes_workqueue_longest_running_processor_seconds{queue_name="pod"} 0',
  ];
  await eventually(async () => {
    const text = await registry.metrics();
    expect(wanted.filter((line) => !text.includes(`${line}\n`))).toEqual([]);
  });
  await stop();
  expect(await metricOf(registry, 'prometheus_sd_kubernetes_http_request_total{status_code="<error>"}')).toBeUndefined();
});

test("an API that can't be reached is a failure like others, and stopping ends it all", async () => {
  const api = await apiWith();
  await api.close();
  const discovery = discover(podSection(api), { clock: fakeClock() });
  await eventually(() => errorLines(discovery).length === 1);
  expect(errorLines(discovery)[0]).toContain("connection refused");
  await discovery.stop();
  expect(await metricOf(discovery.registry, 'prometheus_sd_kubernetes_http_request_total{status_code="<error>"}')).toBe(1);
});
