import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { createAuthority, type Certificate } from "@ferula/test-certificates";
import { eventually, fakeClock, tempFolder } from "@ferula/test-kit";
import { podObject } from "../objects.ts";
import { apiWith, discover, type Discovery } from "../support.ts";
import type { FakeApi } from "../fake-api.ts";

const V1 = "client.authentication.k8s.io/v1";
const credential = (status: object | undefined, apiVersion: string = V1): string =>
  JSON.stringify({ kind: "ExecCredential", apiVersion, status });

let own: Certificate;
beforeAll(async () => {
  own = await (await createAuthority("users")).issue(["client.test"]);
});

interface Plugin {
  readonly folder: string;
  readonly discovery: Discovery;
  /** What the command gives from now on. */
  readonly print: (text: string) => void;
  /** How often it ran. */
  readonly runCount: () => number;
}

/** Follows the pods of an API as a command says, which stands beside the kubeconfig file and prints `output`. */
function follow(api: FakeApi, output: string, exec: object = {}, options: Parameters<typeof discover>[1] = {}): Plugin {
  const folder = tempFolder();
  const path = (name: string): string => join(folder, name);
  const script = `#!/bin/sh\ncd '${folder}'\necho "$KUBERNETES_EXEC_INFO $1 $EXTRA" >> runs\nif [ "$1" = hang ]; then exec sleep 600; fi\nif [ "$1" = deaf ]; then trap '' TERM; echo $$ > pid; sleep 600; fi\nif [ "$1" = fail ]; then echo first >&2; echo please log in >&2; exit 3; fi\ncat output\n`;
  writeFileSync(path("get-token"), script);
  chmodSync(path("get-token"), 0o755);
  writeFileSync(path("output"), output);
  writeFileSync(path("runs"), "");
  const section = { command: "./get-token", apiVersion: V1, args: ["an argument"], env: [{ name: "EXTRA", value: "extra" }], ...exec };
  const config = {
    "current-context": "x",
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    clusters: [
      {
        name: "c",
        cluster: { server: api.url, extensions: [{ name: "client.authentication.k8s.io/exec", extension: { audience: "a" } }] },
      },
    ],
    users: [{ name: "u", user: { exec: section } }],
  };
  writeFileSync(path("kube.config"), JSON.stringify(config));
  return {
    folder,
    discovery: discover(`{kubeconfig_file: '${path("kube.config")}', role: pod}`, options),
    print: (text) => writeFileSync(path("output"), text),
    runCount: () => readFileSync(path("runs"), "utf8").split("\n").length - 1,
  };
}

test("a command gives the token; it is told what it needs to know, and run once", async () => {
  const api = await apiWith({ pods: [podObject("p")] });
  const { discovery, folder, runCount } = follow(api, credential({ token: "t1" }), { provideClusterInfo: true });
  await eventually(() => api.watchCount("pods") === 1);
  expect(api.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer t1", "Bearer t1"]);
  expect([...discovery.groups.keys()]).toEqual(["pod/default/p"]);
  expect(runCount()).toBe(1);
  const [, asked, rest] = /^(\{.*\}) (.*)\n$/.exec(readFileSync(join(folder, "runs"), "utf8")) ?? [];
  expect(rest).toBe("an argument extra");
  expect(JSON.parse(asked)).toEqual({
    kind: "ExecCredential",
    apiVersion: V1,
    spec: { interactive: false, cluster: { server: api.url, config: { audience: "a" } } },
  });
});

test("it is run again when its token has ended, and when the API refuses it", async () => {
  const api = await apiWith();
  const clock = fakeClock();
  const until = (ms: number): string => new Date(clock.nowMs() + ms).toISOString();
  const { print, runCount } = follow(api, credential({ token: "t1", expirationTimestamp: until(3_600_000) }), {}, { clock });
  await eventually(() => api.watchCount("pods") === 1);
  print(credential({ token: "t2" }));
  api.endWatches("broken");
  await eventually(async () => {
    await clock.advance(1000);
    return api.requests.length === 3 && api.watchCount("pods") === 1;
  });
  expect(runCount()).toBe(1);

  await clock.advance(3_600_000);
  api.endWatches("broken");
  await eventually(async () => {
    await clock.advance(1000);
    return api.requests.some(({ headers }) => headers.authorization === "Bearer t2");
  });
  expect(runCount()).toBe(2);

  print(credential({ token: "t3" }));
  api.refuse = ({ headers }) => (headers.authorization === "Bearer t3" ? undefined : { status: 401, body: "{}" });
  api.endWatches("broken");
  await eventually(async () => {
    await clock.advance(1000);
    return api.requests.some(({ headers }) => headers.authorization === "Bearer t3");
  });
  expect(runCount()).toBe(3);
});

test.each([
  { why: "no answer", output: () => "", exec: {}, want: "didn't print an ExecCredential" },
  {
    why: "another version",
    output: () => credential({ token: "t" }, "client.authentication.k8s.io/v1beta1"),
    exec: {},
    want: "it returned version client.authentication.k8s.io/v1beta1",
  },
  { why: "no status", output: () => credential(undefined), exec: {}, want: "didn't return a status field" },
  { why: "nothing in it", output: () => credential({}), exec: {}, want: "didn't return a token or cert/key pair" },
  { why: "half a pair", output: () => credential({ clientKeyData: "k" }), exec: {}, want: "returned only certificate or key, not both" },
  {
    why: "no time",
    output: () => credential({ token: "t", expirationTimestamp: "soon" }),
    exec: {},
    want: "expirationTimestamp that is no time",
  },
  {
    why: "no certificate",
    output: () => credential({ clientCertificateData: "c", clientKeyData: own.key }),
    exec: {},
    want: "unable to use specified client cert",
  },
  {
    why: "no command",
    output: () => "",
    exec: { command: "./gone", installHint: "get it at example.com" },
    want: /gone not found: get it at example.com/,
  },
])("what is wrong with a command's answer is told, and it is asked again: $why", async ({ output, exec, want }) => {
  const api = await apiWith();
  const { discovery } = follow(api, output(), exec);
  await eventually(() => expect(discovery.logs.join("")).toMatch(want));
  expect(api.requests).toEqual([]);
});

test("a command that fails is told with its last words", async () => {
  const api = await apiWith();
  const { discovery } = follow(api, "", { args: ["fail"] });
  await eventually(() => expect(discovery.logs.join("")).toContain("get-token failed with exit code 3: please log in"));
});

test("a command that hangs is ended when nobody needs it any more", async () => {
  const api = await apiWith();
  const { discovery, runCount } = follow(api, "", { args: ["hang"] });
  await eventually(() => runCount() === 1);
  await discovery.stop();
  expect(discovery.logs.filter((line) => line.includes("level=ERROR"))).toEqual([]);
});

test("a command may give a certificate", async () => {
  const api = await apiWith({ pods: [podObject("p")] });
  const { discovery } = follow(api, credential({ clientCertificateData: own.cert, clientKeyData: own.key }));
  await eventually(() => discovery.groups.has("pod/default/p"));
  expect(api.requests[0].headers.authorization).toBeUndefined();
});

test("a command that does not end when it is asked to is not left behind", async () => {
  const api = await apiWith();
  const { discovery, folder } = follow(api, "", { args: ["deaf"] });
  const pid = (): number => (existsSync(join(folder, "pid")) ? Number(readFileSync(join(folder, "pid"), "utf8")) : 0);
  await eventually(() => pid() > 0);
  await discovery.stop();
  await eventually(() => !isRunning(pid()));
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
