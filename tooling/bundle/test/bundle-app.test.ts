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
import { lent } from "lent";

const threadUrl: URL = new URL("./echo-worker.js", import.meta.url);

const commands: Record<string, () => unknown> = {
  greet: () => console.log(greeting),
  lend: () => console.log(lent),
  note: () => console.log(readFileSync(new URL("../note.txt", import.meta.url), "utf8")),
  pages: () => console.log(readdirSync(new URL("../pages/", import.meta.url)).join()),
  thread: () => new Worker(threadUrl, { workerData: "from a thread" }),
  late: async () => console.log((await import("./late.ts")).late),
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
  "src/late.ts": 'import { greeting } from "./greeting.ts";\nexport const late: string = `late: ${greeting}`;\n',
  "src/echo-worker.ts": 'import { workerData } from "node:worker_threads";\nconsole.log(`said ${workerData}`);\n',
  "node_modules/lent/package.json": '{ "name": "lent", "version": "1.2.3", "license": "MIT", "main": "index.js" }',
  "node_modules/lent/index.js": 'exports.lent = "lent";\n',
  "node_modules/lent/LICENSE.md": "Do as you please.\n",
  "node_modules/unused/package.json": '{ "name": "unused", "version": "1.0.0" }',
  "note.txt": "a note",
  "pages/index.html": "<p>",
  "warm-up/app.yml": "warm: true",
};

const SAY_WHETHER_REJECTED = 'console.log(require("./build/start.js").scriptOf("main").cachedDataRejected)';

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

function firstHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >>> 1);
}

function flipBit(bytes: Buffer): Buffer {
  bytes[bytes.length >>> 1] ^= 1;
  return bytes;
}

function greetInAnotherWay(bundle: Buffer): Buffer {
  return Buffer.from(bundle.toString("latin1").replace("\\u00df", "\\u0062"), "latin1");
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
    { command: "late", want: "late: grüß 🔥", why: "loads what a source imports while it runs" },
  ])("$why", async ({ command, want }) => {
    // Alone, where nothing of the app's folder is left to fall back on.
    cpSync(join(folder, "app/build"), join(folder, "moved/build"), { recursive: true });
    expect(await run(["build/main.js", command], "moved")).toEqual({ code: 0, stdout: want, stderr: "" });
  });

  test("has the licences of the packages in it, and of no others", () => {
    expect(readFileSync(join(folder, "app/build/licenses.txt"), "utf8")).toBe("lent 1.2.3 (MIT)\n\nDo as you please.\n");
  });

  test("has what a source imports while it runs in a file of its own", () => {
    const [main, late] = ["main", "late"].map((name) => readFileSync(join(folder, `app/build/${name}.bundle.js`), "utf8"));
    expect(late).toContain("src/late.ts");
    expect(main).not.toContain("src/late.ts");
  });

  test("was warmed up in a copy of the folder for it, on a free port and with the arguments given", () => {
    expect(JSON.parse(readFileSync(join(folder, "seen.json"), "utf8"))).toEqual([
      ["--web.listen-address=127.0.0.1:0", "--an-argument"],
      "warm: true",
    ]);
  });

  test.each([
    { flag: "--no-warnings", want: "false", why: "has code that this V8 takes" },
    { flag: "--max-lazy", want: "true", why: "runs where V8 refuses the code, as with other flags" },
  ])("$why", async ({ flag, want }) => {
    expect((await run([flag, "--eval", SAY_WHETHER_REJECTED], "app")).stdout).toBe(want);
    expect(await run([flag, "build/main.js", "greet"], "app")).toEqual({ code: 0, stdout: "grüß 🔥", stderr: "" });
  });

  test.each<{ file: string; change: (bytes: Buffer) => Buffer; greeting: string; why: string }>([
    { file: "main.code", change: () => Buffer.alloc(0), greeting: "grüß 🔥", why: "runs where the code is empty" },
    { file: "main.code", change: firstHalf, greeting: "grüß 🔥", why: "runs where the code is cut off" },
    { file: "main.code", change: flipBit, greeting: "grüß 🔥", why: "runs where a bit of the code is flipped" },
    {
      file: "main.bundle.js",
      change: greetInAnotherWay,
      greeting: "grüb 🔥",
      why: "runs what it says, not the code of another one as long",
    },
  ])("$why", async ({ file, change, greeting }) => {
    cpSync(join(folder, "app/build"), join(folder, "other/build"), { recursive: true });
    const path = join(folder, "other/build", file);
    writeFileSync(path, change(readFileSync(path)));
    // V8 is not asked, as it looks at lengths alone.
    expect((await run(["--eval", SAY_WHETHER_REJECTED], "other")).stdout).toBe("undefined");
    expect(await run(["build/main.js", "greet"], "other")).toEqual({ code: 0, stdout: greeting, stderr: "" });
  });

  test("runs where there is no code", async () => {
    cpSync(join(folder, "app/build"), join(folder, "bare/build"), { recursive: true });
    rmSync(join(folder, "bare/build/main.code"));
    expect(await run(["build/main.js", "greet"], "bare")).toEqual({ code: 0, stdout: "grüß 🔥", stderr: "" });
  });

  test("names the places in the sources where Node is asked for them", async () => {
    const line = MAIN.split("\n").findIndex((text) => text.includes("asked to fail")) + 1;
    expect((await run(["--enable-source-maps", "build/main.js", "fail"], "app")).stderr).toContain(join("src", `main.ts:${line}:`));
  });
});

test.each([
  { main: "await Promise.resolve();\n", want: "top-level await", why: "awaits at its top" },
  { main: 'console.log(new URL("../none.txt", import.meta.url));\n', want: "none.txt", why: "names a file that is not there" },
  { main: 'console.log(new URL(`../${"note"}.txt`, import.meta.url));\n', want: "import.meta.url", why: "makes up the name of a file" },
  {
    main: 'console.log(new URL("../a/", import.meta.url), new URL("../b/", import.meta.url));\n',
    want: "beside the bundle as bad/",
    why: "names two files that would be one beside the bundle",
  },
  { main: 'console.log(import.meta.resolve("no-such-package"));\n', want: "no-such-package", why: "names a package that is not there" },
  { main: 'throw new Error("can\'t start");\n', want: "can't start", why: "fails when it is warmed up" },
])("an app that $why is not bundled", async ({ main, want }) => {
  write("bad", { "package.json": "{}", "src/main.ts": main, "a/x": "", "b/x": "" });
  const { code, stderr } = await run([BUNDLE_APP], "bad");
  expect(code).toBe(1);
  expect(stderr).toContain(want);
});
