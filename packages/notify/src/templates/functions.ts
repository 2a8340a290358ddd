import {
  durationOfMs,
  formatTime,
  goFunction,
  safeHtml,
  safeUrl,
  timeInZone,
  timeOfMs,
  type GoTime,
  type TemplateFunction,
} from "@ferula/go-template";
import { humanizeDuration } from "@ferula/model";
import { compileRegexp } from "@ferula/regexp";

/** The functions of notification templates, beside Go's own (template/template.go `DefaultFuncs`). Times are those of `nowMs`. */
export function notificationFunctions(nowMs: () => number): Readonly<Record<string, TemplateFunction>> {
  const now = (): GoTime => timeOfMs(nowMs());
  return {
    toUpper: goFunction({ params: ["string"], call: (text: string) => text.toUpperCase() }),
    toLower: goFunction({ params: ["string"], call: (text: string) => text.toLowerCase() }),
    title: goFunction({ params: ["string"], call: titleCase }),
    trimSpace: goFunction({ params: ["string"], call: (text: string) => text.trim() }),
    join: goFunction({ params: ["string", "any"], call: (separator: string, texts: unknown) => elements(texts).join(separator) }),
    match: goFunction({
      params: ["string", "string"],
      call: (pattern: string, text: string) => compileRegexp(pattern, { anchored: false }).test(text),
    }),
    reReplaceAll: goFunction({
      params: ["string", "string", "string"],
      call: (pattern: string, replacement: string, text: string) =>
        compileRegexp(pattern, { anchored: false }).replaceAll(text, replacement),
    }),
    stringSlice: goFunction({ params: ["...string"], call: (...texts: string[]) => texts }),
    safeHtml: goFunction({ params: ["string"], call: safeHtml }),
    safeUrl: goFunction({ params: ["string"], call: safeUrl }),
    urlUnescape: goFunction({ params: ["string"], call: (text: string) => decodeURIComponent(text.replaceAll("+", " ")) }),
    base64encode: goFunction({
      params: ["string"],
      call: (text: string) => Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
    }),
    base64decode: goFunction({ params: ["string"], call: (text: string) => Buffer.from(text, "base64url").toString() }),
    date: goFunction({ params: ["string", "time.Time"], call: (layout: string, time: GoTime) => formatTime(time, layout) }),
    tz: goFunction({ params: ["string", "time.Time"], call: (zone: string, time: GoTime) => timeInZone(time, zone) }),
    now: goFunction({ params: [], call: now }),
    since: goFunction({ params: ["time.Time"], call: (time: GoTime) => durationOfMs(nowMs() - time.epochMs) }),
    humanizeDuration: goFunction({ params: ["any"], call: (seconds: unknown) => humanizeDuration(Number(seconds)) }),
    list: (...values: unknown[]) => values,
    append: (values: unknown, ...more: unknown[]) => [...elements(values), ...more],
    dict: (...pairs: unknown[]) => dictionary(pairs),
  };
}

function titleCase(text: string): string {
  return text.replace(
    /\p{L}[\p{L}\p{M}\p{N}']*/gu,
    (word) => word.charAt(0).toLocaleUpperCase("en-US") + word.slice(1).toLocaleLowerCase("en-US"),
  );
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
