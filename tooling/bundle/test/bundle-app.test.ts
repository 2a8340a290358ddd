import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile, type ExecFileException } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const BUNDLE_APP = join(import.meta.dirname, "../bundle-app.js");

/** An app that runs until it is told to stop, and fails in the way that it is asked to. */
const MAIN = `
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { greeting } from "./greeting.ts";

const threadUrl: URL = new URL("./echo-worker.js", import.meta.url);

const commands: Record<string, () => unknown> = {
  greet: () => console.log(greeting),
  note: () => console.log(readFileSync(new URL("../note.txt", import.meta.url), "utf8")),
  pages: () => console.log(readdirSync(new URL("../pages/", import.meta.url)).join()),
  thread: () => new Worker(threadUrl, { workerData: "from a thread" }),
  fail: () => {
    throw new Error("asked to fail");
  },
};
const command = commands[process.argv[2] ?? ""];
if (command === undefined) serve();
else command();

function serve(): void {
  writeFileSync(process.env["SEEN"] ?? "", JSON.stringify([process.argv.slice(2), readFileSync("app.yml", "utf8")]));
  const timer = setInterval(() => undefined, 1000);
  process.once("SIGTERM", () => clearInterval(timer));
}
`;

const files: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "app", "type": "module" }',
  "src/main.ts": MAIN,
  "src/greeting.ts": 'export const greeting: string = "grüß 🔥";\n',
  "src/echo-worker.ts": 'import { workerData } from "node:worker_threads";\nconsole.log(`said ${workerData}`);\n',
  "note.txt": "a note",
  "pages/index.html": "<p>",
  "warm-up/app.yml": "warm: true",
};

/** What became of a program. */
interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bundle-app-"));
  write("app", files);
  const { code, stderr } = await run([BUNDLE_APP, "--an-argument"], "app");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(app: string, contents: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(contents)) {
    const file = join(folder, app, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function run(args: readonly string[], app: string): Promise<Outcome> {
  const env = { ...process.env, NODE_OPTIONS: "", SEEN: join(folder, "seen.json") };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: join(folder, app), env }, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout: stdout.trim(), stderr }),
    );
  });
}

describe("a bundle", () => {
  test.each([
    { command: "greet", want: "grüß 🔥", why: "says what is not ASCII as it stands in the source" },
    { command: "note", want: "a note", why: "reads a file that a source names" },
    { command: "pages", want: "index.html", why: "reads a folder that a source names" },
    { command: "thread", want: "said from a thread", why: "starts a thread that a source names" },
  ])("$why", async ({ command, want }) => {
    // Alone, where nothing of the app's folder is left to fall back on.
    cpSync(join(folder, "app/build"), join(folder, "moved/build"), { recursive: true });
    expect(await run(["build/main.js", command], "moved")).toEqual({ code: 0, stdout: want, stderr: "" });
  });

  test("was warmed up in a copy of the folder for it, on a free port and with the arguments given", () => {
    expect(JSON.parse(readFileSync(join(folder, "seen.json"), "utf8"))).toEqual([
      ["--web.listen-address=127.0.0.1:0", "--an-argument"],
      "warm: true",
    ]);
  });

  test("has code that this V8 takes", async () => {
    const script = `const { scriptOf } = require("./build/start.js");
      const code = require("node:fs").readFileSync("build/main.code");
      console.log(scriptOf("main", code).cachedDataRejected);`;
    expect((await run(["--eval", script], "app")).stdout).toBe("false");
  });

  test.each([
    { code: undefined, why: "runs where there is no code of V8's" },
    { code: "that of another version", why: "runs where the code is not for this V8" },
  ])("$why", async ({ code }) => {
    cpSync(join(folder, "app/build"), join(folder, "other/build"), { recursive: true });
    rmSync(join(folder, "other/build/main.code"));
    if (code !== undefined) writeFileSync(join(folder, "other/build/main.code"), code);
    expect(await run(["build/main.js", "greet"], "other")).toEqual({ code: 0, stdout: "grüß 🔥", stderr: "" });
  });

  test("names the places in the sources where Node is asked for them", async () => {
    const line = MAIN.split("\n").findIndex((text) => text.includes("asked to fail")) + 1;
    expect((await run(["--enable-source-maps", "build/main.js", "fail"], "app")).stderr).toContain(join("src", `main.ts:${line}:`));
  });
});

test.each([
  { main: "await Promise.resolve();\n", want: "top-level await", why: "awaits at its top" },
  { main: 'console.log(new URL("../none.txt", import.meta.url));\n', want: "none.txt", why: "names a file that is not there" },
  { main: 'console.log(import.meta.resolve("no-such-package"));\n', want: "no-such-package", why: "names a package that is not there" },
  { main: 'throw new Error("can\'t start");\n', want: "can't start", why: "fails when it is warmed up" },
])("an app that $why is not bundled", async ({ main, want }) => {
  write("bad", { "package.json": "{}", "src/main.ts": main });
  const { code, stderr } = await run([BUNDLE_APP], "bad");
  expect(code).toBe(1);
  expect(stderr).toContain(want);
});
