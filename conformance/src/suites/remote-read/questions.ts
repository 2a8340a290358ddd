import { packSnappy, type ReadHintsMessage, type ReadQueryMessage } from "@ferula/wire";
import type { ReadQuestion } from "./ask.ts";
import type { SharedData } from "./data.ts";

/** Forms of answers. */
const SAMPLES = 0;
const CHUNKS = 1;

const TYPES = ["=", "!=", "=~", "!~"];

/** Matchers are `name=value`, with any of the four operators. */
function query(range: readonly [number, number], ...matchers: readonly string[]): ReadQueryMessage {
  const parsed = matchers.map((text) => {
    const [, name, type, value] = /^([^=!~]*)(=~|!=|!~|=)(.*)$/.exec(text) ?? [];
    return { type: TYPES.indexOf(type), name, value };
  });
  return { startTimestampMs: range[0], endTimestampMs: range[1], matchers: parsed, hints: null };
}

function hints(startMs: number, endMs: number, func: string): ReadHintsMessage {
  return { startMs, endMs, func, stepMs: 15_000, grouping: ["s"], by: true, rangeMs: 60_000 };
}

/** Questions with a result, by name; each is asked for in both forms. */
export function questions({ fromMs, toMs }: SharedData, isNew: boolean): ReadonlyMap<string, ReadQuestion> {
  // 2.42 leaves histograms out of samples, and can't stream chunks of them that are still open.
  const known = isNew ? "__name__!=" : "__name__=~counter.*|gauge";
  const all = [fromMs, toMs] as const;
  const middle = Math.round((fromMs + toMs) / 2);
  const across = [middle - 400_000, middle + 400_000] as const;
  const forms: Readonly<Record<string, readonly ReadQueryMessage[]>> = {
    "everything, which has a name": [query(all, known)],
    "floats by equality": [query(all, "__name__=gauge", "s=9")],
    "a regular expression and its opposite": [query(all, "s=~1|2|1.", "__name__!~nat.*|cust.*")],
    "what lies between samples of a chunk, across block and log": [query(across, known)],
    "a single sample": [query([fromMs + 7, fromMs + 7], known)],
    "external labels by their value": [query(across, "__name__=gauge", "region=eu")],
    "external labels by another value": [query(across, "__name__=gauge", "region=us")],
    "external labels by what they are not": [query(across, "__name__=gauge", "region!=eu")],
    "no matcher": [query(all)],
    "nothing that there is": [query(all, "__name__=none")],
    "times before all": [query([0, fromMs - 1], "__name__=~.+")],
    "all times": [query([-1e15, 1e15], known, "s=~3|4")],
    "a range that ends before it begins": [query([toMs, fromMs], "__name__=native")],
    "several queries": [query(across, known, "s=1"), query(all, "__name__=none"), query(across, known, "s=1")],
    "no query": [],
    "hints of a part of the time": [{ ...query(all, known, "s=2"), hints: hints(...across, "rate") }],
  };
  const found = new Map<string, ReadQuestion>();
  for (const [name, queries] of Object.entries(forms)) {
    found.set(`${name}, as samples`, { queries, acceptedResponseTypes: [SAMPLES] });
    found.set(`${name}, as chunks`, { queries, acceptedResponseTypes: [CHUNKS] });
  }
  found.set("no form", { queries: forms["a single sample"], acceptedResponseTypes: [] });
  found.set("the first known form", { queries: forms["a single sample"], acceptedResponseTypes: [5, CHUNKS, SAMPLES] });
  return found;
}

/** More samples than `LIMIT` allows, and forms that there are none of. */
export function refusedQuestions({ fromMs, toMs }: SharedData): ReadonlyMap<string, ReadQuestion> {
  const all = [fromMs, toMs] as const;
  const matcher = (type: number, value: string): ReadQueryMessage => ({ ...query(all), matchers: [{ type, name: "s", value }] });
  return new Map<string, ReadQuestion>([
    ["forms that there are none of", { queries: [], acceptedResponseTypes: [5, 2] }],
    ["a matcher of no type", { queries: [matcher(4, "")], acceptedResponseTypes: [] }],
    ["no regular expression", { queries: [matcher(2, "(")], acceptedResponseTypes: [CHUNKS] }],
    ["no regular expression, as samples", { queries: [matcher(3, "a**")], acceptedResponseTypes: [SAMPLES] }],
  ]);
}

/** Bodies that are no requests. */
export const refusedBodies: ReadonlyMap<string, Uint8Array> = new Map([
  ["nothing", new Uint8Array(0)],
  ["what is not packed", Buffer.from("what is not packed")],
  ["a message that ends early", packSnappy(Uint8Array.of(10, 200, 1, 8))],
]);

/** What has more samples than a limit of so many. */
export const LIMIT = 100;

/** A question with more. */
export function tooMuch({ fromMs, toMs }: SharedData): ReadQuestion {
  return { queries: [query([fromMs, toMs], "__name__=counter_total", "s=0")], acceptedResponseTypes: [] };
}
