import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createAuthority } from "@ferula/test-certificates";
import { eventually, tempFolder } from "@ferula/test-kit";
import type { Server } from "node:https";
import { discover, discovered, noPod } from "../support.ts";

let server: Server;
let ca = "";
const asked: string[] = [];
let endWatches: () => void = () => undefined;

beforeAll(async () => {
  const authority = await createAuthority("cluster");
  ca = authority.cert;
  server = createServer(await authority.issue(["127.0.0.1"]), (request, response) => {
    asked.push(`${request.headers.authorization} ${new URL(request.url ?? "", "https://x").pathname}`);
    if (request.url?.includes("watch=true") !== true) {
      response.end('{"metadata":{"resourceVersion":"1"},"items":[]}');
      return;
    }
    response.writeHead(200).flushHeaders();
    endWatches = () => response.end('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"2"}}}\n');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A pod with these files of its service account. */
function podWith(files: Readonly<Record<string, string>>): typeof noPod {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const variables = { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port) };
  return { ...noPod, environment: { variables, accountFolder: folder } };
}

test("a pod's service account is used, and its token read again as it changes", async () => {
  const world = podWith({ "ca.crt": ca, token: "t1", namespace: "mine\n" });
  await discovered("{role: pod, namespaces: {own_namespace: true, names: [other]}}", { world });
  await eventually(() => asked.length === 4);
  expect([...asked].sort()).toEqual(
    ["/api/v1/namespaces/mine/pods", "/api/v1/namespaces/mine/pods", "/api/v1/namespaces/other/pods", "/api/v1/namespaces/other/pods"].map(
      (path) => `Bearer t1 ${path}`,
    ),
  );
  writeFileSync(join(world.environment.accountFolder, "token"), "t2");
  endWatches();
  await eventually(() => asked.length === 5);
  expect(asked[4]).toMatch(/^Bearer t2 /);
});

test("a file of authorities that can't be read leaves the system's, with a warning", async () => {
  const { logs } = discover("{role: pod}", { world: podWith({ token: "t1" }) });
  await eventually(() => logs.some((line) => line.includes("level=ERROR")));
  expect(logs.join("")).toContain("Cannot read the authorities of the service account");
});

test.each([
  {
    why: "outside of a cluster",
    world: () => noPod,
    section: "role: pod",
    want: "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined",
  },
  {
    why: "no token",
    world: () => podWith({}),
    section: "role: pod",
    want: /cannot read the token of the service account: open .*token: no such file/,
  },
  { why: "an empty token", world: () => podWith({ token: "\n" }), section: "role: pod", want: /token is empty/ },
  {
    why: "no namespace",
    world: () => podWith({ token: "t" }),
    section: "role: pod, namespaces: {own_namespace: true}",
    want: /cannot read the pod's namespace: open .*namespace: no such file/,
  },
])("what is missing in a pod is told: $why", ({ world, section, want }) => {
  expect(() => discover(`{${section}}`, { world: world() })).toThrow(want);
});
