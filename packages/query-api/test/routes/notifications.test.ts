import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import type { NotificationListener, NotificationView } from "../../src/index.ts";
import { startApi } from "../api-server.ts";

const starting: NotificationView = { text: "Prometheus is starting", dateMs: 1_767_225_600_000, isActive: true };
const json = { text: "Prometheus is starting", date: "2026-01-01T00:00:00Z", active: true };

test("notifications are listed", async () => {
  const api = await startApi({ notifications: { list: () => [starting], subscribe: () => undefined } });
  expect((await api.get("/notifications")).json?.data).toEqual([json]);
});

test("where too many listen, a client is told so by 204", async () => {
  expect((await (await startApi()).get("/notifications/live")).status).toBe(204);
});

test("notifications come as events until the client leaves, even to one that takes packed answers", async () => {
  let listener: NotificationListener | undefined;
  const subscribe = (next: NotificationListener): (() => void) => {
    listener = next;
    next.take(starting);
    return () => void (listener = undefined);
  };
  const { url } = await startApi({ readiness: () => "starting", notifications: { list: () => [], subscribe } });
  const leave = new AbortController();
  const response = await fetch(`${url}/notifications/live`, { signal: leave.signal });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe(`data: ${JSON.stringify(json)}\n\n`);
  expect(listener?.take({ ...starting, isActive: false })).toBe(true);
  expect((await reader.read()).value).toBe(`data: ${JSON.stringify({ ...json, active: false })}\n\n`);
  leave.abort();
  await eventually(() => listener === undefined);
});

test("a server that stops ends the events", async () => {
  let listener: NotificationListener | undefined;
  const subscribe = (next: NotificationListener): (() => void) => {
    listener = next;
    return () => undefined;
  };
  const { url } = await startApi({ notifications: { list: () => [], subscribe } });
  const response = await fetch(`${url}/notifications/live`);
  listener?.end();
  expect(await response.text()).toBe("");
});
