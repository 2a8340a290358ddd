import type { Call, Reply } from "./call.ts";
import { shapeOf } from "./shape.ts";

/** A call that two servers do not answer alike. */
export interface Difference {
  readonly call: Call;
  readonly ours: Reply;
  readonly theirs: Reply;
  /** In what they differ, the first of what is compared. */
  readonly aspect: Aspect;
  /** That part of both answers, theirs first. */
  readonly parts: readonly [string, string];
}

/** What is compared: a header by its name. */
export type Aspect = "status" | "errorType" | "error" | "body" | `header ${string}`;

/** What tells clients how to take an answer, besides Vary, which 2.x does not send. */
const HEADERS: readonly string[] = [
  "content-type",
  "allow",
  "location",
  "content-encoding",
  "cache-control",
  "x-content-type-options",
  "access-control-allow-origin",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-expose-headers",
];

/** All that differs; `comparesTexts`: Vary, and whole bodies, where the call asks for that, and not only their shape. */
export function differences(call: Call, ours: Reply, theirs: Reply, comparesTexts: boolean): readonly Difference[] {
  const found: Difference[] = [];
  const compare = (aspect: Aspect, own: string, other: string): void => {
    if (own !== other) found.push({ call, ours, theirs, aspect, parts: [other, own] });
  };
  compare("status", String(ours.status), String(theirs.status));
  // What follows from another status is no news.
  if (found.length > 0) return found;
  for (const header of comparesTexts ? [...HEADERS, "vary"] : HEADERS)
    compare(`header ${header}`, headerText(ours, header), headerText(theirs, header));
  const { compares = "text" } = call;
  const [own, other] = [errorOf(ours), errorOf(theirs)];
  compare("errorType", own?.errorType ?? "", other?.errorType ?? "");
  compare("error", own?.error ?? "", other?.error ?? "");
  if (own !== undefined || other !== undefined || compares === "status") return found;
  if (compares === "untimed") compare("body", untimed(ours.text), untimed(theirs.text));
  else if (compares === "text" && comparesTexts) compare("body", ours.text, theirs.text);
  else compare("body", shapeText(ours), shapeText(theirs));
  return found;
}

/** Lists of the same members are the same, whatever their order and the number of lines. */
function headerText({ headers }: Reply, name: string): string {
  const value = headers[name];
  const members = (Array.isArray(value) ? value.join(",") : (value ?? "")).split(",").map((one) => one.trim());
  return name === "vary" || name === "allow" ? members.toSorted().join(", ") : members.join(", ");
}

interface ApiError {
  readonly errorType?: string;
  readonly error?: string;
}

function errorOf({ text }: Reply): ApiError | undefined {
  return text.startsWith('{"status":"error"') ? (JSON.parse(text) as ApiError) : undefined;
}

/** The times of samples, scrapes and evaluations are those of each server, and so is how long these took. */
function untimed(text: string): string {
  return text
    .replaceAll(/\b1[0-9]{12}\b|(?<=")\d{4}-\d\d-\d\dT[^"]*(?=")/g, "<time>")
    .replaceAll(/(?<="(?:evaluationTime|lastScrapeDuration)":)[^,}]+/g, "<duration>");
}

function shapeText({ text }: Reply): string {
  return text.startsWith("{") ? shapeOf(JSON.parse(text)) : text;
}
