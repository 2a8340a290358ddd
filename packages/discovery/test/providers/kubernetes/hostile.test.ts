import { setImmediate } from "node:timers/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { eventually, fakeClock } from "@ferula/test-kit";
import { podObject } from "./objects.ts";
import { apiWith, discover, discovered } from "./support.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface OddApi {
  readonly url: string;
  readonly listCount: () => number;
  readonly watchCount: () => number;
}

/** The address of a server that `answer` answers for. */
async function listening(answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<string> {
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    answer(response, request);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An API with one pod, whose watches are answered by `onWatch`. */
async function oddApi(onWatch: (response: ServerResponse) => void): Promise<OddApi> {
  let listCount = 0;
  let watchCount = 0;
  const item = JSON.stringify({ ...podObject("p"), metadata: { name: "p", namespace: "default", resourceVersion: "1" } });
  const url = await listening((response, request) => {
    if (request.url?.includes("watch=true") === true) {
      watchCount++;
      return onWatch(response);
    }
    listCount++;
    response.end(`{"metadata":{"resourceVersion":"1"},"items":[${item}]}`);
  });
  return { url, listCount: () => listCount, watchCount: () => watchCount };
}

/** As many turns of the event loop as an exchange takes, and more. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await setImmediate();
}

const bookmark = '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"2"}}}\n';

test.each([
  { why: "an event, and its end", answer: bookmark, asked: (api: OddApi) => api.watchCount() },
  {
    why: "an event, and that its version is forgotten",
    answer: `${bookmark}{"type":"ERROR","object":{"code":410,"message":"too old"}}\n`,
    asked: (api: OddApi) => api.listCount(),
  },
  { why: "an event, and nonsense", answer: `${bookmark}nonsense\n`, asked: (api: OddApi) => api.listCount() },
])("an API that answers a watch at once with $why is asked less and less often", async ({ answer, asked }) => {
  const api = await oddApi((response) => response.end(answer));
  const clock = fakeClock();
  const startMs = clock.nowMs();
  discover(`{api_server: '${api.url}', role: pod}`, { clock });
  while (asked(api) < 5) {
    await turns();
    await clock.advance(100);
  }
  // The waits are 0.8 s, 1.6 s, 3.2 s and 6.4 s.
  expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(12_000);
});

test("a refusal that never ends is given up", async () => {
  let isGone = false;
  const api = await oddApi((response) => {
    response.writeHead(500);
    response.on("close", () => (isGone = true));
    const more = (): void => void (response.destroyed || response.write("x".repeat(16 << 10), () => setTimeout(more, 1)));
    more();
  });
  const { logs } = discover(`{api_server: '${api.url}', role: pod}`, { clock: fakeClock() });
  await eventually(() => isGone && logs.some((line) => line.includes("HTTP status 500: xxx")));
});

test("an API that asks to wait for a year is asked again after 5 minutes", async () => {
  const api = await oddApi((response) => response.writeHead(429, { "retry-after": "31536000" }).end());
  const clock = fakeClock();
  const { logs } = discover(`{api_server: '${api.url}', role: pod}`, { clock });
  await eventually(() => logs.some((line) => line.includes("HTTP status 429")));
  await clock.advance(299_999);
  await turns();
  expect(api.watchCount()).toBe(1);
  await clock.advance(1);
  await eventually(() => api.watchCount() === 2);
  expect(api.listCount()).toBe(1);
});

test("a watch that breaks off before it is taken leads to no new list", async () => {
  const api = await oddApi((response) => response.destroy());
  const clock = fakeClock();
  discover(`{api_server: '${api.url}', role: pod}`, { clock });
  await eventually(async () => {
    await clock.advance(1000);
    return api.watchCount() >= 3;
  });
  expect(api.listCount()).toBe(1);
});

test("a list that never ends is given up after a minute", async () => {
  let listCount = 0;
  const url = await listening((response) => {
    listCount++;
    response.write('{"items":[');
  });
  const clock = fakeClock();
  const { logs } = discover(`{api_server: '${url}', role: pod}`, { clock });
  await eventually(() => listCount === 1 && clock.timerCount() === 1);
  await clock.advance(59_999);
  await turns();
  expect(logs.filter((line) => line.includes("level=ERROR"))).toEqual([]);
  await clock.advance(1);
  await eventually(() => logs.some((line) => line.includes("Failed to list or watch")));
});

test("after a watch that has held for long, waits begin anew", async () => {
  const api = await apiWith({ pods: [podObject("p")] });
  const clock = fakeClock();
  const { logs } = discover(`{api_server: '${api.url}', role: pod}`, { clock });
  const brokenCount = (): number => logs.filter((line) => line.includes("A watch has broken off")).length;
  /** The time until the watch that breaks off now has begun again. */
  const waitedMs = async (): Promise<number> => {
    const count = brokenCount();
    api.endWatches("broken");
    await eventually(() => brokenCount() > count);
    const startMs = clock.nowMs();
    while (api.watchCount("pods") === 0) {
      await clock.advance(100);
      await turns();
    }
    return clock.nowMs() - startMs;
  };
  await eventually(() => api.watchCount("pods") === 1);
  for (let i = 0; i < 3; i++) await waitedMs();
  expect(await waitedMs()).toBeGreaterThanOrEqual(6400);
  await clock.advance(10_000);
  expect(await waitedMs()).toBeLessThan(1600);
});

test("nothing is left behind when it stops: no socket, no timer", async () => {
  const sockets = (): string[] => process.getActiveResourcesInfo().filter((name) => /TCPSocket|TLS/.test(name));
  await eventually(() => sockets().length === 0);
  const api = await apiWith({ pods: [podObject("p")] });
  const clock = fakeClock();
  const section = `{api_server: '${api.url}', role: endpoints, attach_metadata: {node: true, namespace: true}}`;
  const discovery = discover(section, { clock });
  await eventually(async () => {
    await clock.advance(100);
    return discovery.tellCount() > 0 && api.requests.filter(({ isWatch }) => isWatch).length === 5;
  });
  expect(sockets().length).toBeGreaterThanOrEqual(10);
  // One of each kind: a wait between tries, and work that is about to begin.
  api.endWatches("broken");
  await eventually(() => discovery.logs.some((line) => line.includes("A watch has broken off")));
  expect(clock.timerCount()).toBeGreaterThan(0);
  await discovery.stop();
  expect(clock.timerCount()).toBe(0);
  await eventually(() => sockets().length === 0);
});

test("an object that is made anew under its name is told as the new one, and no older word of it comes back", async () => {
  const api = await apiWith({ pods: [podObject("p")] });
  const { groups } = await discovered(`{api_server: '${api.url}', role: pod}`);
  await eventually(() => api.watchCount("pods") === 1);
  api.remove("pods", "default", "p");
  api.put("pods", podObject("p", "default", { meta: { uid: "another" } }));
  await eventually(() => JSON.stringify(groups.get("pod/default/p")?.labels).includes("another"));
  expect(groups.get("pod/default/p")?.targets).toHaveLength(1);
});
