import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  boolFlag,
  bytesFlag,
  defineFlags,
  durationFlag,
  enumFlag,
  floatFlag,
  goDurationFlag,
  intFlag,
  logFlags,
  parseFlags,
  stringFlag,
  webFlags,
} from "../src/index.ts";

const demo = defineFlags({
  program: "demo",
  help: "A demo.",
  flags: {
    "config.file": stringFlag({ help: "Configuration file path.", default: "demo.yml", short: "c" }),
    ...webFlags("0.0.0.0:9090"),
    "web.external-url": stringFlag({ help: "The URL.", placeholder: "<URL>" }),
    two: stringFlag({ help: "Two defaults.", default: ["a", "b"], repeatable: true }),
    list: stringFlag({ help: "A list.", repeatable: true, short: "l" }),
    agent: boolFlag({ help: "Agent mode.", short: "a" }),
    on: boolFlag({ help: "On by default.", default: true, short: "o" }),
    timeout: durationFlag({ help: "Prometheus' durations.", default: 300_000 }),
    "go-timeout": goDurationFlag({ help: "Go's durations.", default: 300_000 }),
    count: intFlag({ help: "A whole number.", default: 20 }),
    ratio: floatFlag({ help: "A number.", default: 0.9 }),
    size: bytesFlag({ help: "A size.", default: 512 * 2 ** 20 }),
    empty: intFlag({ help: "No default." }),
    secret: stringFlag({ help: "Hidden.", hidden: true }),
    ...logFlags(),
  },
});

const folder = mkdtempSync(join(tmpdir(), "flags-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The values of a command line that must run. */
function run(...argv: string[]): Extract<ReturnType<typeof parse>, { kind: "run" }> {
  const parsed = parse(...argv);
  if (parsed.kind === "exit") throw new Error(parsed.stderr + parsed.stdout);
  return parsed;
}

function parse(...argv: string[]) {
  return parseFlags(demo, argv, { version: "demo, version 1\n", width: 80 });
}

describe("values", () => {
  test("have the static type that their definition gave them", () => {
    const { values } = run();
    const file: string = values["config.file"];
    const addresses: readonly string[] = values["web.listen-address"];
    const isAgent: boolean = values.agent;
    const timeoutMs: number = values.timeout;
    const level: "debug" | "info" | "warn" | "error" = values["log.level"];
    // @ts-expect-error -- a flag that is not defined has no value
    const unknown: unknown = values.nope;
    // @ts-expect-error -- a text is no number
    const wrong: number = values["config.file"];
    expect([file, addresses, isAgent, timeoutMs, level, unknown, wrong]).toEqual([
      "demo.yml",
      ["0.0.0.0:9090"],
      false,
      300_000,
      "info",
      undefined,
      "demo.yml",
    ]);
  });

  test("without a default are empty, zero or false", () => {
    const { values } = run();
    expect([values["web.external-url"], values.list, values.empty, values.secret]).toEqual(["", [], 0, ""]);
  });

  test.each([
    ["--config.file=x", "config.file", "x"],
    ["--config.file x", "config.file", "x"],
    ["--config.file=", "config.file", ""],
    ["--config.file=a=b", "config.file", "a=b"],
    ["--config.file -", "config.file", "-"],
    ["--config.file=--agent", "config.file", "--agent"],
    ["--config.file -- --agent", "config.file", "--agent"],
    ["-cx", "config.file", "x"],
    ["-c x", "config.file", "x"],
    ["-c=x", "config.file", "=x"],
    ["-aoc x", "config.file", "x"],
    ["-ac x", "agent", true],
    ["--agent", "agent", true],
    ["--no-agent", "agent", false],
    ["--no-on", "on", false],
    ["--on", "on", true],
    ["--list=a --list b -lc", "list", ["a", "b", "c"]],
    ["--two=x", "two", ["x"]],
    ["--web.listen-address=a,b", "web.listen-address", ["a,b"]],
    ["--timeout=1d12h", "timeout", 129_600_000],
    ["--go-timeout=1.5s", "go-timeout", 1500],
    ["--go-timeout=5d", "go-timeout", 432_000_000],
    ["--count=-5", "count", -5],
    ["--count=1e3", "count", 1000],
    ["--count=-0", "count", 0],
    ["--count=1_000", "count", 1000],
    ["--count=0x1p4", "count", 16],
    ["--ratio=.5", "ratio", 0.5],
    ["--ratio=0x1p-1", "ratio", 0.5],
    ["--ratio=1_0.5", "ratio", 10.5],
    ["--ratio=+Inf", "ratio", Infinity],
    ["--ratio=nan", "ratio", Number.NaN],
    ["--size=1GiB", "size", 2 ** 30],
    ["--log.level=debug", "log.level", "debug"],
    ["--log.level=WARN", "log.level", "warn"],
    ["--log.format json", "log.format", "json"],
    ["--secret=x", "secret", "x"],
    ["--no-help", "agent", false],
  ])("%s gives %s the value %p", (line, name, value) => {
    expect((run(...line.split(" ")).values as Record<string, unknown>)[name]).toEqual(value);
  });

  test("setByUser names what stood on the command line, defaults or not", () => {
    expect([...run("--timeout=5m", "--no-agent", "-l", "x").setByUser].sort()).toEqual(["agent", "list", "timeout"]);
    expect(run().setByUser.size).toBe(0);
  });

  test("--no-help and --no-version ask for nothing, however often", () => {
    expect([...run("--no-help", "--no-help", "--no-version").setByUser]).toEqual([]);
  });

  test.each([
    ["0.00001", "1e-05"],
    ["123456", "123456"],
    ["123456789", "1.23456789e+08"],
    ["1234567.5", "1.2345675e+06"],
    ["-0", "-0"],
    ["1e100", "1e+100"],
    ["-inf", "-Inf"],
  ])("a number given as %s is printed as %s", (given, printed) => {
    expect(run(`--ratio=${given}`).asStrings().get("ratio")).toBe(printed);
  });

  test("asStrings prints every value as Go does, sorted by name", () => {
    const strings = run("--timeout=1d", "--list=a", "--list=b", "--size=1.5GB", "--ratio=0.00001").asStrings();
    expect([...strings]).toEqual([
      ["agent", "false"],
      ["config.file", "demo.yml"],
      ["count", "20"],
      ["empty", "0"],
      ["go-timeout", "5m0s"],
      ["list", "a,b"],
      ["log.format", "logfmt"],
      ["log.level", "info"],
      ["on", "true"],
      ["ratio", "1e-05"],
      ["secret", ""],
      ["size", "1GiB512MiB"],
      ["timeout", "1d"],
      ["two", "a,b"],
      ["web.config.file", ""],
      ["web.external-url", ""],
      ["web.listen-address", "0.0.0.0:9090"],
    ]);
  });
});

describe("arguments files", () => {
  test("@file stands for its lines, comments and empty lines left out, anywhere and in one another", () => {
    const inner = file("inner", "--agent\r\n");
    const outer = file("outer", `# comment\n\n--config.file\na b\n  \n@${inner}\n--list=# no comment\n`);
    const { values } = run("--list=1", `@${outer}`, "--list=2");
    expect([values["config.file"], values.agent, values.list]).toEqual(["a b", true, ["1", "# no comment", "2"]]);
  });

  test("a value may come from a file, a value written with = never does", () => {
    const path = file("value", "x\n");
    expect(run("--config.file", `@${path}`).values["config.file"]).toBe("x");
    expect(run(`--config.file=@${path}`).values["config.file"]).toBe(`@${path}`);
  });

  test("a file that includes itself is refused", () => {
    const path = join(folder, "self");
    file("self", `@${path}\n`);
    expect(parse(`@${path}`)).toMatchObject({ kind: "exit", code: 1, stderr: expect.stringContaining("more than 100 arguments files") });
  });
});

describe("refusals", () => {
  test.each([
    ["--nope", "unknown long flag '--nope'"],
    ["--no-nope", "unknown long flag '--no-nope'"],
    ["--no-count", "unknown long flag '--no-count'"],
    ["---", "unknown long flag '---'"],
    ["--__proto__", "unknown long flag '--__proto__'"],
    ["--constructor=1", "unknown long flag '--constructor'"],
    ["-x", "unknown short flag '-x'"],
    ["-ax", "unknown short flag '-x'"],
    ["-😀", "unknown short flag '-😀'"],
    ["extra", "unexpected extra"],
    ["-", "unexpected -"],
    ["-- --agent", "unexpected --agent"],
    ["--agent=false", "unexpected false: '--agent' takes no value, write --agent or --no-agent"],
    ["--agent false", "unexpected false"],
    ["--count", "expected argument for flag '--count'"],
    ["-c", "expected argument for flag '-c'"],
    ["--config.file --agent", "expected argument for flag '--config.file'"],
    ["--count -5", "expected argument for flag '--count'"],
    ["--agent --no-agent", "flag 'agent' cannot be repeated"],
    ["--timeout=1m --timeout=2m", "flag 'timeout' cannot be repeated"],
    ["--timeout=1x", 'cannot read --timeout: unknown unit "x" in duration "1x"'],
    ["--timeout=5", 'cannot read --timeout: not a valid duration string: "5"'],
    ["--timeout=", "cannot read --timeout: empty duration string"],
    ["--go-timeout=1", 'cannot read --go-timeout: time: missing unit in duration "1"'],
    ["--count=x", 'cannot read --count: not a whole number: "x"'],
    ["--count=1.5", 'cannot read --count: not a whole number: "1.5"'],
    ["--count=", 'cannot read --count: not a whole number: ""'],
    ["--count=0x10", 'cannot read --count: not a whole number: "0x10"'],
    ["--count=99999999999999999999", 'cannot read --count: out of range: "99999999999999999999"'],
    ["--count=1_", 'cannot read --count: not a whole number: "1_"'],
    ["--count=1e400", 'cannot read --count: out of range: "1e400"'],
    ["--count=9007199254740992", 'cannot read --count: out of range: "9007199254740992"'],
    ["--ratio=1,5", 'cannot read --ratio: not a number: "1,5"'],
    ["--ratio=+nan", 'cannot read --ratio: not a number: "+nan"'],
    ["--ratio=1e400", 'cannot read --ratio: out of range: "1e400"'],
    ["--log.level=trace", 'cannot read --log.level: must be one of debug, info, warn, error, got "trace"'],
    ["--size=12", 'cannot read --size: not a valid size: "12": a unit is missing; use one of B, KB, MB, GB, TB, PB, EB'],
    ["@", "expected @ file to expand arguments from"],
  ])("%s: %s", (line, reason) => {
    expect(parse(...line.split(" "))).toEqual({ kind: "exit", code: 1, stdout: "", stderr: `demo: error: ${reason}, try --help\n` });
  });

  test("a file that is not there is named with the reason", () => {
    expect(parse("@/nonexistent/args")).toMatchObject({
      stderr: expect.stringMatching(/^demo: error: failed to open arguments file "\/nonexistent\/args": ENOENT.*, try --help\n$/),
    });
  });

  test.each([
    { line: "--nope", code: 1, why: "an unknown flag" },
    { line: "--help --nope", code: 1, why: "one beside --help" },
    { line: "--count", code: 1, why: "a flag without its value" },
    { line: "extra", code: 1, why: "a stray word" },
    { line: "--agent=false", code: 1, why: "a switch with a value" },
    { line: "@/nonexistent/args", code: 1, why: "a file that is not there" },
    { line: "--count=x", code: 2, why: "a value of the wrong kind" },
    { line: "--agent --agent", code: 2, why: "a flag given twice" },
  ])("$why ends with $code in a program whose code for values is 2", ({ line, code }) => {
    expect(parseFlags(demo, line.split(" "), { valueExitCode: 2 })).toMatchObject({ kind: "exit", code });
  });

  test("flags that are required must be there", () => {
    const strict = defineFlags({
      program: "strict",
      help: "Strict.",
      flags: { url: stringFlag({ help: "URL.", required: true }), mode: enumFlag(["a", "b"], { help: "Mode.", required: true }) },
    });
    expect(parseFlags(strict, [])).toMatchObject({
      stderr: "strict: error: required flag(s) '--url', '--mode' not provided, try --help\n",
    });
    expect(parseFlags(strict, ["--url=x", "--mode=b"])).toMatchObject({ kind: "run", values: { url: "x", mode: "b" } });
    expect(parseFlags(strict, ["--help"])).toMatchObject({
      stdout: expect.stringMatching(/^usage: strict --url=URL --mode=MODE \[<flags>\]\n/),
    });
  });

  test("no command line makes the reader fail in another way", () => {
    const word = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom("--agent", "--count", "--config.file=", "-c", "--", "-", "--help", "-a", "--no-", "--no-on", "--=", "-h"),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        const parsed = parse(...argv.filter((each) => !each.startsWith("@")));
        expect(parsed.kind === "run" || parsed.code === 0 || parsed.stderr.startsWith("demo: error: ")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("flags of upstream's that do not work here", () => {
  const partial = defineFlags({
    program: "partial",
    help: "A program in the making.",
    flags: {
      procs: boolFlag({ help: "For Go.", default: true, support: "ignored" }),
      keep: durationFlag({ help: "How long.", default: 60_000, support: "without-effect" }),
      agent: boolFlag({ help: "Agent mode.", support: "refused" }),
      peers: stringFlag({ help: "Peers.", repeatable: true, support: "refused" }),
    },
  });

  test.each([
    [["--no-procs"], []],
    [["--keep=5m"], ["keep"]],
    [["--keep=1m"], []],
    [["--no-agent"], []],
  ])("%j warns of %j", (argv, withoutEffect) => {
    expect(parseFlags(partial, argv)).toMatchObject({ kind: "run", withoutEffect });
  });

  test.each([
    [["--agent"], "flag '--agent' is not supported yet"],
    [["--peers=a", "--keep=2m"], "flag '--peers' is not supported yet"],
    [["--keep=x"], "cannot read --keep"],
  ])("%j is refused", (argv, message) => {
    expect(parseFlags(partial, argv)).toMatchObject({ kind: "exit", code: 1, stderr: expect.stringContaining(message) });
  });

  test("the help says so", () => {
    const help = parseFlags(partial, ["--help"], { width: 120 });
    expect(help.kind === "exit" && help.stdout.split("\n").slice(-5)).toEqual([
      "      --[no-]procs       For Go. Accepted, without a meaning here.",
      "      --keep=1m          How long. Accepted, without effect yet.",
      "      --[no-]agent       Agent mode. Not supported yet.",
      "      --peers=PEERS ...  Peers. Not supported yet.",
      "",
    ]);
  });
});

describe("help and version", () => {
  test.each(["--help", "-h", "--help-long", "--agent --help --count=x", "--help --version"])(
    "%s prints the help and exits with 0",
    (line) => {
      expect(parse(...line.split(" "))).toMatchObject({
        kind: "exit",
        code: 0,
        stderr: "",
        stdout: expect.stringMatching(/^usage: demo \[<flags>\]\n/),
      });
    },
  );

  test.each(["--version", "--count=x --version"])("%s prints the version", (line) => {
    expect(parse(...line.split(" "))).toEqual({ kind: "exit", code: 0, stdout: "demo, version 1\n", stderr: "" });
  });

  test.each(["--help --nope", "--nope --help", "--version extra"])("%s is refused all the same", (line) => {
    expect(parse(...line.split(" "))).toMatchObject({ kind: "exit", code: 1, stdout: "" });
  });

  test("the help lists every flag that is not hidden, in two columns", () => {
    expect((parse("--help") as { stdout: string }).stdout).toBe(`usage: demo [<flags>]

A demo.

Flags:
  -h, --[no-]help               Show this help and exit.
      --[no-]version            Show the version and exit.
  -c, --config.file="demo.yml"  Configuration file path.
      --web.listen-address=0.0.0.0:9090 ...
                                Address, host:port, on which to serve the API,
                                the pages and the metrics. Can be repeated.
      --web.config.file=""      Path to the configuration file that switches on
                                TLS or authentication.
      --web.external-url=<URL>  The URL.
      --two=a... ...            Two defaults.
  -l, --list=LIST ...           A list.
  -a, --[no-]agent              Agent mode.
  -o, --[no-]on                 On by default.
      --timeout=5m              Prometheus' durations.
      --go-timeout=5m0s         Go's durations.
      --count=20                A whole number.
      --ratio=0.9               A number.
      --size=512MiB             A size.
      --empty=EMPTY             No default.
      --log.level=info          Only log messages with the given severity or
                                above. One of: [debug, info, warn, error]
      --log.format=logfmt       Output format of log messages. One of: [logfmt,
                                json]
`);
  });

  test("a flag of up to 29 characters has its help beside it, a longer one above it", () => {
    const beside = "n".repeat(19);
    const below = "n".repeat(20);
    const flags = {
      [beside]: stringFlag({ help: "Beside.", placeholder: "<x>" }),
      [below]: stringFlag({ help: "Below.", placeholder: "<x>" }),
    };
    const help = parseFlags(defineFlags({ program: "p", help: "", flags }), ["--help"], { width: 80 });
    expect(help.kind === "exit" && help.stdout.split("\n").slice(-4)).toEqual([
      `      --${beside}=<x>  Beside.`,
      `      --${below}=<x>`,
      `${" ".repeat(33)}Below.`,
      "",
    ]);
  });

  test("no line is wider than it may be, however narrow", () => {
    const parsed = parseFlags(demo, ["--help"], { width: 60 }) as { stdout: string };
    const lines = parsed.stdout.split("\n").filter((line) => !line.includes("--web.listen-address"));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });
});

describe("definitions", () => {
  const text = stringFlag({ help: "" });
  test.each([
    [{ help: text }, "defines the flag --help twice"],
    [{ version: text }, "defines the flag --version twice"],
    [{ x: boolFlag({ help: "" }), "no-x": text }, "defines the flag --no-x twice"],
    [{ x: stringFlag({ help: "", short: "h" }) }, "defines the flag -h twice"],
    [{ x: stringFlag({ help: "", short: "xy" }) }, "the short form of --x"],
    [{ "a=b": text }, 'defines a flag named "a=b"'],
    [{ "-a": text }, 'defines a flag named "-a"'],
  ])("%p is a bug: %s", (flags, reason) => {
    expect(() => defineFlags({ program: "demo", help: "", flags })).toThrow(reason);
  });
});
