import { lowerCase, upperCase } from "@ferula/bytes";
import {
  anyMap,
  anySlice,
  convertToFloat,
  durationOfMs,
  encodeJson,
  formatTime,
  goFunction,
  regexpFunctions,
  safeHtml,
  safeUrl,
  STEPS_OF_CALENDAR,
  timeInZone,
  timeOfMs,
  titleFunction,
  type GoTime,
  type Meter,
  type TemplateFunction,
} from "@ferula/go-template";
import { parseGoFloat } from "@ferula/durations";
import { humanizeDuration } from "@ferula/model";
import { compileRegexp } from "@ferula/regexp";
import { decodeBase64Url, trimSpace, unescapeQuery } from "./text-functions.ts";

/** The functions of notification templates, beside Go's own (template/template.go `DefaultFuncs`). Times are those of `nowMs`. */
export function notificationFunctions(nowMs: () => number): Readonly<Record<string, TemplateFunction>> {
  const now = (): GoTime => timeOfMs(nowMs());
  return {
    toUpper: goFunction({ params: ["string"], call: upperCase }),
    toLower: goFunction({ params: ["string"], call: lowerCase }),
    title: titleFunction("small"),
    trimSpace: goFunction({ params: ["string"], call: trimSpace }),
    join: goFunction({
      params: ["string", "[]string"],
      call: (separator: string, texts: readonly string[] | null) => (texts ?? []).join(separator),
    }),
    ...regexpFunctions((pattern) => compileRegexp(pattern, { anchored: false })),
    stringSlice: goFunction({ params: ["...string"], call: (...texts: string[]) => texts }),
    safeHtml: goFunction({ params: ["string"], call: safeHtml }),
    safeUrl: goFunction({ params: ["string"], call: safeUrl }),
    urlUnescape: goFunction({ params: ["string"], call: unescapeQuery }),
    base64encode: goFunction({
      params: ["string"],
      call: (text: string) => Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
    }),
    base64decode: goFunction({ params: ["string"], call: decodeBase64Url }),
    toJson: goFunction({ params: ["any"], isMetered: true, call: (meter: Meter, value: unknown) => encodeJson(value, meter) }),
    date: goFunction({
      params: ["string", "time.Time"],
      steps: STEPS_OF_CALENDAR,
      call: (layout: string, time: GoTime) => formatTime(time, layout),
    }),
    tz: goFunction({
      params: ["string", "time.Time"],
      steps: STEPS_OF_ZONED_TIME,
      isMetered: true,
      call: (meter: Meter, zone: string, time: GoTime) => timeInZone(time, zone, meter),
    }),
    now: goFunction({ params: [], call: now }),
    since: goFunction({ params: ["time.Time"], call: (time: GoTime) => durationOfMs(nowMs() - time.epochMs) }),
    humanizeDuration: goFunction({ params: ["any"], call: (value: unknown) => humanizeDuration(convertToFloat(value, parseGoFloat)) }),
    list: (...values: unknown[]) => anySlice(values),
    append: goFunction({
      params: ["[]interface {}", "...any"],
      call: (values: readonly unknown[] | null, ...more: unknown[]) => anySlice([...(values ?? []), ...more]),
    }),
    dict: (...pairs: unknown[]) => anyMap(dictionary(pairs)),
  };
}

/** Steps that it is worth to show a time in another zone. */
const STEPS_OF_ZONED_TIME = 8;

function dictionary(pairs: readonly unknown[]): ReadonlyMap<string, unknown> {
  if (pairs.length % 2 !== 0) throw new TypeError("dict requires an even number of arguments");
  const result = new Map<string, unknown>();
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i];
    if (typeof name !== "string") throw new TypeError("dict keys must be strings");
    result.set(name, pairs[i + 1]);
  }
  return result;
}
