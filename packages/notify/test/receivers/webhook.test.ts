import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpClient, type HttpClient } from "@ferula/http";
import { createWebhook, type WebhookOptions } from "../../src/receivers/webhook.ts";
import { loadTemplates } from "../../src/templates/templates.ts";
import { makeData, type AlertSketch } from "../make-data.ts";

let server: Server;
let client: HttpClient;
let address: string;
let answer: { status: number; body: string; hangs?: boolean };
let redirect: { status: number; location: string } | undefined;
let received: { request: IncomingMessage; body: string }[];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => (body += text));
    request.on("end", () => {
      received.push({ request, body });
      if (redirect !== undefined) response.writeHead(redirect.status, { Location: redirect.location }).end();
      else if (answer.hangs !== true) response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createHttpClient(undefined, { userAgent: "Alertmanager/0.1" });
});

afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  answer = { status: 200, body: "" };
  redirect = undefined;
  received = [];
});

const templates = loadTemplates([], () => 0);

async function send(
  alerts: readonly AlertSketch[],
  options: Partial<WebhookOptions> = {},
  signal = new AbortController().signal,
): Promise<void> {
  const webhook = createWebhook(
    { integration: { receiver: "te.am", kind: "webhook", index: 0 }, sendResolved: true },
    { url: async () => `${address}/hook`, maxAlerts: 0, timeoutMs: 0, ...options },
    { client, templates },
  );
  await webhook.send(makeData(alerts), { groupKey: '{}:{alertname="A"}', signal });
}

const X: AlertSketch = {
  labels: { alertname: "A", service: "x" },
  annotations: { empty: "", summary: "<b>&\u2028 é" },
  startsAt: "2026-01-02T03:04:05.123456789+02:00",
  generatorUrl: "http://g/x?a=1&b=2",
};
const Y: AlertSketch = {
  labels: { alertname: "A", service: "y" },
  annotations: { summary: "<b>&\u2028 é" },
  startsAt: "2026-01-02T03:04:05Z",
  endsAt: "2026-01-02T04:04:05.5Z",
};

// What Debian's Alertmanager 0.25 posted for the same two alerts, with the two keys that came later put in their places.
const FROM_0_25 = String.raw`{"receiver":"te\\.am","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"A","service":"x"},"annotations":{"empty":"","summary":"\u003cb\u003e\u0026\u2028 é"},"startsAt":"2026-01-02T03:04:05.123456789+02:00","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://g/x?a=1\u0026b=2","fingerprint":"8760e5311ece6a7e"},{"status":"resolved","labels":{"alertname":"A","service":"y"},"annotations":{"summary":"\u003cb\u003e\u0026\u2028 é"},"startsAt":"2026-01-02T03:04:05Z","endsAt":"2026-01-02T04:04:05.5Z","generatorURL":"","fingerprint":"875ce5311eca81a7"}],"notification_reason":"first notification","groupLabels":{"alertname":"A"},"commonLabels":{"alertname":"A"},"commonAnnotations":{"empty":"","summary":"\u003cb\u003e\u0026\u2028 é"},"routeLabels":{},"externalURL":"http://am.example/x","version":"4","groupKey":"{}:{alertname=\"A\"}","truncatedAlerts":0}
`;

test("the message is upstream's, byte for byte", async () => {
  await send([X, Y]);
  expect(received[0].body).toBe(FROM_0_25);
  expect(received[0].request).toMatchObject({ method: "POST", url: "/hook" });
  expect(received[0].request.headers).toMatchObject({ "content-type": "application/json", "user-agent": "Alertmanager/0.1" });
});

test("a limit cuts the alerts before anything is said about them", async () => {
  await send([Y, X, X], { maxAlerts: 1, url: async () => `${address}/{{ .Status }}/{{ .CommonLabels.service }}` });
  expect(JSON.parse(received[0].body)).toMatchObject({
    status: "resolved",
    truncatedAlerts: 2,
    commonLabels: { service: "y" },
    alerts: [{ labels: { service: "y" } }],
  });
  expect(received[0].request.url).toBe("/resolved/y");
});

test("labels that are names of JavaScript's own are labels", async () => {
  await send([{ labels: { alertname: "A", ["__proto__"]: "p", constructor: "c" } }]);
  expect(received[0].body).toContain('"labels":{"__proto__":"p","alertname":"A","constructor":"c"}');
});

describe("failures", () => {
  test.each([
    [200, undefined, undefined],
    [299, undefined, undefined],
    [400, false, "clientError"],
    [401, false, "authError"],
    [403, false, "authError"],
    [404, false, "clientError"],
    [408, false, "clientError"],
    [429, false, "rateLimited"],
    [500, true, "serverError"],
    [503, true, "serverError"],
  ])("an answer %s", async (status, retry, reason) => {
    answer = { status, body: "because" };
    const outcome = await send([X]).catch((error: unknown) => error);
    if (retry === undefined) expect(outcome).toBeUndefined();
    else expect(outcome).toMatchObject({ name: "DeliveryError", retry, reason, message: `unexpected status code ${status}: because` });
  });

  test("a long answer is cut in the error", async () => {
    answer = { status: 500, body: "x".repeat(10_000) };
    await expect(send([X])).rejects.toMatchObject({ message: `unexpected status code 500: ${"x".repeat(256)}` });
  });

  test("a server that isn't there is worth another try, and its address is not told", async () => {
    const failure = await send([X], { url: async () => "http://127.0.0.1:1/secret-token" }).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ retry: true, reason: "other" });
    expect((failure as Error).message).not.toContain("secret-token");
    expect((failure as Error).cause).toBeUndefined();
  });

  test.each([
    ["as it is", "http://127.0.0.1:1/T0K3N"],
    ["with the scheme in upper case", "HTTP://LOCALHOST:1/T0K3N"],
    ["with a blank before it", " http://127.0.0.1:1/T0K3N"],
    ["without a path", "http://127.0.0.1:1?T0K3N"],
    ["with dots", "http://127.0.0.1:1/a/../T0K3N"],
    ["with what has to be encoded", "http://127.0.0.1:1/ü T0K3N"],
    ["with a user", "http://u:p4ssw0rd@127.0.0.1:1/T0K3N"],
    ["with a broken escape", "http://u:p4ssw0rd@127.0.0.1:1/T0K3N/%zz"],
    ["with a port that is none", "http://127.0.0.1:99999/T0K3N"],
  ])("an address is not told %s", async (_how, url) => {
    const { message, cause } = (await send([X], { url: async () => url }).catch((error: unknown) => error)) as Error;
    expect(message).toMatch(/(?:Post|parse) "<redacted>": /);
    expect(message).not.toMatch(/T0K3N|p4ssw0rd/i);
    expect(cause).toBeUndefined();
  });

  test.each([301, 307])("nor is it after a redirect with %s", async (status) => {
    redirect = { status, location: "/T0K3N/other" };
    const { message } = (await send([X], { url: async () => `${address}/start/T0K3N` }).catch((error: unknown) => error)) as Error;
    expect(message).toContain('Post "<redacted>": stopped after 10 redirects');
    expect(message).not.toContain("T0K3N");
  });

  test.each([
    ["an address that is empty", "{{ .CommonLabels.nope }}", "webhook URL is empty after templating"],
    ["a template that fails", "http://{{ .Nope }}", "can't evaluate field Nope"],
    ["an address that is none", "http://a b/token", 'parse "<redacted>": invalid character " " in host name'],
    ["an address of nothing that is served", "no address with a secret", 'Post "<redacted>": unsupported protocol scheme ""'],
  ])("%s is told", async (_what, url, message) => {
    await expect(send([X], { url: async () => url })).rejects.toThrow(message);
    expect(received).toEqual([]);
  });

  test.each([
    ["its own time limit", 20, undefined],
    ["the round's", 0, 20],
  ])("a server that hangs is left by %s", async (_what, timeoutMs, roundMs) => {
    answer = { status: 200, body: "", hangs: true };
    const signal = roundMs === undefined ? new AbortController().signal : AbortSignal.timeout(roundMs);
    await expect(send([X], { timeoutMs }, signal)).rejects.toMatchObject({ retry: true });
  });
});
