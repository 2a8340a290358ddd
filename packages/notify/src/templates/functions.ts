import {
  durationOfMs,
  formatTime,
  goFunction,
  safeHtml,
  safeUrl,
  timeInZone,
  timeOfMs,
  GoDuration,
  GoFloat,
  type GoTime,
  type TemplateFunction,
} from "@ferula/go-template";
import { humanizeDuration } from "@ferula/model";
import { toJson } from "./to-json.ts";
import { compileRegexp, type Regexp } from "@ferula/regexp";

/** The functions of notification templates, beside Go's own (template/template.go `DefaultFuncs`). Times are those of `nowMs`. */
export function notificationFunctions(nowMs: () => number): Readonly<Record<string, TemplateFunction>> {
  const now = (): GoTime => timeOfMs(nowMs());
  return {
    toUpper: goFunction({ params: ["string"], call: (text: string) => text.toUpperCase() }),
    toLower: goFunction({ params: ["string"], call: (text: string) => text.toLowerCase() }),
    title: goFunction({ params: ["string"], call: titleCase }),
    trimSpace: goFunction({ params: ["string"], call: (text: string) => text.trim() }),
    join: goFunction({
      params: ["string", "[]string"],
      call: (separator: string, texts: readonly string[] | null) => (texts ?? []).join(separator),
    }),
    match: goFunction({
      params: ["string", "string"],
      call: (pattern: string, text: string) => compileRegexp(pattern, { anchored: false }).test(text),
    }),
    reReplaceAll: goFunction({
      params: ["string", "string", "string"],
      call: (pattern: string, replacement: string, text: string) => mustCompile(pattern).replaceAll(text, replacement),
    }),
    stringSlice: goFunction({ params: ["...string"], call: (...texts: string[]) => texts }),
    safeHtml: goFunction({ params: ["string"], call: safeHtml }),
    safeUrl: goFunction({ params: ["string"], call: safeUrl }),
    urlUnescape: goFunction({ params: ["string"], call: (text: string) => decodeURIComponent(text.replaceAll("+", " ")) }),
    base64encode: goFunction({
      params: ["string"],
      call: (text: string) => Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
    }),
    base64decode: goFunction({ params: ["string"], call: base64decode }),
    toJson: goFunction({ params: ["any"], call: toJson }),
    date: goFunction({ params: ["string", "time.Time"], call: (layout: string, time: GoTime) => formatTime(time, layout) }),
    tz: goFunction({ params: ["string", "time.Time"], call: (zone: string, time: GoTime) => timeInZone(time, zone) }),
    now: goFunction({ params: [], call: now }),
    since: goFunction({ params: ["time.Time"], call: (time: GoTime) => durationOfMs(nowMs() - time.epochMs) }),
    humanizeDuration: goFunction({ params: ["any"], call: (value: unknown) => humanizeDuration(toSeconds(value)) }),
    list: (...values: unknown[]) => values,
    append: (values: unknown, ...more: unknown[]) => [...elements(values), ...more],
    dict: (...pairs: unknown[]) => dictionary(pairs),
  };
}

/** What Go's `MustCompile` panics with names the pattern. */
function mustCompile(pattern: string): Regexp {
  try {
    return compileRegexp(pattern, { anchored: false });
  } catch (error) {
    throw new Error(`regexp: Compile(\`${pattern}\`): ${(error as Error).message}`, { cause: error });
  }
}

/** The first letter of each word large, the others small; a letter such as `ß` that has no large form of its own becomes `Ss`. */
function titleCase(text: string): string {
  return text.replace(/(\p{L})([\p{L}\p{M}\p{N}'_]*)/gu, (_word, first: string, rest: string) => {
    const [large, ...more] = first.toLocaleUpperCase("en-US");
    return large + (more.join("") + rest).toLocaleLowerCase("en-US");
  });
}

/** The alphabet for URLs, padded. */
function base64decode(text: string): string {
  if (!/^(?:[\w-]{4})*(?:[\w-]{2}==|[\w-]{3}=)?$/.test(text)) throw new TypeError("illegal base64 data");
  return Buffer.from(text, "base64url").toString();
}

function toSeconds(value: unknown): number {
  if (value instanceof GoDuration) return Number(value.nanoseconds) / 1e9;
  const seconds = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value instanceof GoFloat ? value.value : value);
  if (Number.isNaN(seconds) && value !== "NaN") throw new TypeError(`can't convert ${String(value)} to float`);
  return seconds;
}

/** The elements of a slice, named or not. */
function elements(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const self = (value as { readonly self?: unknown } | null)?.self;
  if (Array.isArray(self)) return self;
  throw new TypeError("expected a list");
}

function dictionary(pairs: readonly unknown[]): ReadonlyMap<string, unknown> {
  if (pairs.length % 2 !== 0) throw new TypeError("dict expects an even number of arguments");
  const result = new Map<string, unknown>();
  for (let i = 0; i < pairs.length; i += 2) result.set(String(pairs[i]), pairs[i + 1]);
  return result;
}
