import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createLogger, errorText, LOG_LEVELS, noLogger, type LogFormat, type LogLevel } from "../src/index.ts";

/** Any character but half of a surrogate pair: the unit "binary" of fast-check, without the table of a million that it makes first. */
const character = fc
  .integer({ min: 0, max: 0x10ffff })
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

const nowMs = (): number => Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function capture(format: LogFormat, level: LogLevel = "debug"): { logger: ReturnType<typeof createLogger>; lines: string[] } {
  const lines: string[] = [];
  return { logger: createLogger({ level, format, write: (line) => lines.push(line), nowMs }), lines };
}

/** The line's part behind the message. */
function logfmtField(value: unknown): string {
  const { logger, lines } = capture("logfmt");
  logger.info("m", { k: value });
  return lines[0].slice("time=2026-01-02T03:04:05.678Z level=INFO msg=m k=".length, -1);
}

function jsonField(value: unknown): string {
  const { logger, lines } = capture("json");
  logger.info("m", { k: value });
  return lines[0].slice('{"time":"2026-01-02T03:04:05.678Z","level":"INFO","msg":"m","k":'.length, -2);
}

describe("lines", () => {
  test("time, level, source, message and fields stand in this order in logfmt", () => {
    const { logger, lines } = capture("logfmt");
    logger.with({ component: "scrape" }).warn("Scrape failed", { target: "a=b", tries: 3, source: "loop.ts:12" });
    expect(lines).toEqual([
      'time=2026-01-02T03:04:05.678Z level=WARN source=loop.ts:12 msg="Scrape failed" component=scrape target="a=b" tries=3\n',
    ]);
  });

  test("the JSON twin has the same keys in the same order", () => {
    const { logger, lines } = capture("json");
    logger.with({ component: "scrape" }).warn("Scrape failed", { target: "a=b", tries: 3, source: "loop.ts:12" });
    expect(lines).toEqual([
      '{"time":"2026-01-02T03:04:05.678Z","level":"WARN","source":"loop.ts:12","msg":"Scrape failed","component":"scrape","target":"a=b","tries":3}\n',
    ]);
  });

  test("a source is handed down, and a line may have its own", () => {
    const { logger, lines } = capture("logfmt");
    const child = logger.with({ source: "a" });
    child.info("x");
    child.info("x", { source: "b" });
    child.with({ n: 1 }).info("x");
    expect(lines.map((line) => line.slice(41, -1))).toEqual(["source=a msg=x", "source=b msg=x", "source=a msg=x n=1"]);
  });

  test("an empty message is quoted", () => {
    const { logger, lines } = capture("logfmt");
    logger.error("");
    expect(lines).toEqual(['time=2026-01-02T03:04:05.678Z level=ERROR msg=""\n']);
  });

  test("a field named __proto__ is a field", () => {
    const { logger, lines } = capture("json");
    logger.info("m", JSON.parse('{"__proto__":"x"}') as Record<string, unknown>);
    expect(lines[0]).toContain('"__proto__":"x"');
  });

  test.each(["logfmt", "json"] as const)("whatever is logged, a %s record is one line and nothing is thrown", (format) => {
    fc.assert(
      fc.property(fc.string({ unit: character }), fc.dictionary(fc.string({ unit: character }), fc.anything()), (message, fields) => {
        const { logger, lines } = capture(format);
        logger.info(message, fields);
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(/^[^\n\r\u2028\u2029]*\n$/);
      }),
      { numRuns: 100 },
    );
  });

  const throwing = {
    get field(): never {
      throw new Error("no");
    },
  };
  test.each([
    ["no fields but null", "m", null, "msg=m"],
    ["a field that can't be read", "m", throwing, "msg=m !ERROR=no"],
    ["a message that is a symbol", Symbol("s"), {}, "msg=Symbol(s) !ERROR="],
  ])("%s, from a caller without types, is a line", (_what, message, fields, printed) => {
    const { logger, lines } = capture("logfmt");
    logger.with(null as never).info(message as never, fields as never);
    expect(lines).toEqual([expect.stringContaining(printed)]);
  });

  test("JSON lines are JSON and hold the texts unchanged", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (message, value) => {
        const { logger, lines } = capture("json");
        logger.info(message, { k: value });
        const parsed = JSON.parse(lines[0]) as Record<string, unknown>;
        return parsed["msg"] === message && parsed["k"] === value;
      }),
    );
  });
});

// The right sides are what Go 1.26's slog prints.
describe("quoting", () => {
  test.each([
    ["", '""', '""'],
    ["a", "a", '"a"'],
    ["a b", '"a b"', '"a b"'],
    ["a=b", '"a=b"', '"a=b"'],
    ['a"b', '"a\\"b"', '"a\\"b"'],
    ["a\\b", "a\\b", '"a\\\\b"'],
    ["C:\\x y", '"C:\\\\x y"', '"C:\\\\x y"'],
    ["\\b", "\\b", '"\\\\b"'],
    ["\u007f", "\u007f", '"\u007f"'],
    ["\u0000", '"\\x00"', '"\\u0000"'],
    ["a\bb", '"a\\bb"', '"a\\u0008b"'],
    ["\f\v\u001b", '"\\f\\v\\x1b"', '"\\u000c\\u000b\\u001b"'],
    ["\t\n\r", '"\\t\\n\\r"', '"\\t\\n\\r"'],
    ["<>&{}'/", "<>&{}'/", '"<>&{}\'/"'],
    ["é日本😀\u0301", "é日本😀\u0301", '"é日本😀\u0301"'],
    ["\u00a0", '"\\u00a0"', '"\u00a0"'],
    ["\u2028", '"\\u2028"', '"\\u2028"'],
    ["\u200b\ue000", '"\\u200b\\ue000"', '"\u200b\ue000"'],
    ["\ufffd", '"\ufffd"', '"\ufffd"'],
    ["a\ud800", '"a\ufffd"', '"a\ufffd"'],
  ])("%j", (text, logfmt, json) => {
    expect(logfmtField(text)).toBe(logfmt);
    expect(jsonField(text)).toBe(json);
  });

  test("keys are quoted by the same rule", () => {
    const { logger, lines } = capture("logfmt");
    logger.info("m", { "a b": 1, "": 2 });
    expect(lines[0]).toMatch(/ msg=m "a b"=1 ""=2\n$/);
  });
});

describe("values", () => {
  /** An object in an object, so many times. */
  function nested(levels: number): object {
    return levels === 0 ? {} : { o: nested(levels - 1) };
  }
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  test.each([
    [1, "1", "1"],
    [-0.5, "-0.5", "-0.5"],
    [1e-7, "1e-07", "1e-7"],
    [1e21, "1e+21", "1e+21"],
    [123_456_789, "123456789", "123456789"],
    [1_234_567.5, "1.2345675e+06", "1234567.5"],
    [0.00001, "1e-05", "0.00001"],
    [-0, "-0", "0"],
    [Number.NaN, "NaN", '"NaN"'],
    [Infinity, "+Inf", '"+Inf"'],
    [-Infinity, "-Inf", '"-Inf"'],
    [12n, "12", '"12"'],
    [true, "true", "true"],
    [null, "<nil>", "null"],
    [undefined, "<nil>", "null"],
    [new Date(0), "1970-01-01T00:00:00.000Z", '"1970-01-01T00:00:00.000Z"'],
    [["a", 1], '"[a 1]"', '["a",1]'],
    [{ a: 1n }, '"{\\"a\\":\\"1\\"}"', '{"a":"1"}'],
    [new Error("x y"), '"x y"', '"x y"'],
    [[new Error("x")], "[x]", '["x"]'],
    [{ e: new Error("x") }, '"{\\"e\\":\\"x\\"}"', '{"e":"x"}'],
    [nested(20), `"${JSON.stringify(nested(20)).replaceAll('"', '\\"')}"`, JSON.stringify(nested(20))],
  ])("%p prints as %s and %s", (value, logfmt, json) => {
    expect(logfmtField(value)).toBe(logfmt);
    expect(jsonField(value)).toBe(json);
  });

  test("what cannot be printed says so in its place", () => {
    expect(logfmtField(cyclic)).toContain("!ERROR:");
    expect(jsonField(cyclic)).toContain("!ERROR:");
    expect(logfmtField(new Date(Number.NaN))).toContain("!ERROR:");
    expect(logfmtField(nested(21))).toContain("!ERROR:the value is nested deeper than 20 levels");
    expect(jsonField(nested(21))).toContain("!ERROR:the value is nested deeper than 20 levels");
  });
});

describe("errorText", () => {
  class Odd extends Error {}
  const systemError = (errno: number, message: string): Error => Object.assign(new Error(message), { errno });
  test.each([
    [new Error("a"), "a"],
    [new Error("a", { cause: new Error("b", { cause: new Error("c") }) }), "a: b: c"],
    [new Error("a: b", { cause: new Error("b") }), "a: b"],
    [new Error("a", { cause: "b" }), "a: b"],
    [new Error("a", { cause: null }), "a"],
    [
      new Error("open /x: no such file or directory", { cause: systemError(-2, "ENOENT: no such file or directory, open '/x'") }),
      "open /x: no such file or directory",
    ],
    [
      new Error("cannot read /x", { cause: systemError(-2, "ENOENT: no such file or directory, open '/x'") }),
      "cannot read /x: ENOENT: no such file or directory, open '/x'",
    ],
    [
      new Error("read /: is a directory", { cause: systemError(-21, "EISDIR: illegal operation on a directory, read") }),
      "read /: is a directory",
    ],
    [new Error("a", { cause: systemError(12_345, "b") }), "a: b"],
    [new Odd(""), "Error"],
    [new AggregateError([new Error("x"), new Error("y", { cause: new Error("z") })], "all failed"), "all failed [x; y: z]"],
    ["text", "text"],
    [undefined, "undefined"],
    [{ name: "AbortError", message: "other realm", stack: "" }, "other realm"],
  ])("%p", (error, text) => {
    expect(errorText(error)).toBe(text);
  });

  test("errors that are each other's cause end", () => {
    const a = new Error("a");
    a.cause = new Error("b", { cause: a });
    expect(errorText(a)).toBe("a: b");
  });

  test("an error without a message whose name is no text", () => {
    expect(errorText(Object.assign(new Error(""), { name: Symbol("odd") }))).toBe("Symbol(odd)");
  });

  test("a value that cannot be turned into text is named by its kind", () => {
    expect(errorText(Object.create(null))).toBe("[object Object]");
  });
});

describe("levels", () => {
  test.each(LOG_LEVELS.map((level, i) => ({ level, written: LOG_LEVELS.slice(i) })))("$level writes $written", ({ level, written }) => {
    const { logger, lines } = capture("logfmt", level);
    for (const each of LOG_LEVELS) logger[each]("m");
    expect(lines.map((line) => /level=(\w+)/.exec(line)?.[1].toLowerCase())).toEqual(written);
    expect(LOG_LEVELS.filter((each) => logger.with({}).isEnabled(each))).toEqual(written);
  });

  test("noLogger writes nothing and its children neither", () => {
    expect(noLogger.isEnabled("error")).toBe(false);
    expect(noLogger.with({ a: 1 })).toBe(noLogger);
    expect(() => noLogger.error("x")).not.toThrow();
  });
});
