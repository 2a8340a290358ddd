import type { Difference } from "./compare.ts";
import { since2 } from "./since-2.ts";

/** A reason for which answers may differ. */
export interface Change {
  readonly what: string;
  /** As narrow as can be told from the call and both answers. */
  readonly explains: (difference: Difference) => boolean;
}

/** Seconds that Go's int64 of nanoseconds or milliseconds does not hold, and what is no number. */
const ODD_TIME = /[?&](?:time|start|end)=(?:NaN|[+-]?Inf|1e300|99999999999|-292273086|292277025)/;
/** Shorter answers are sent as they are. */
const COMPRESSED_FROM_BYTES = 1024;

/** A category of features of which a peer is built with as many as one likes. */
const MAY_BE_LEFT_OUT = "service_discovery_providers";

function isMissing(path: RegExp): Change["explains"] {
  return ({ call, ours }) => path.test(call.path) && ours.status === 404;
}

function members(text: string): readonly string[] {
  return text.split(", ").filter((one) => one !== "");
}

/** Whether every feature that ours tells of is told by theirs, and as on or off as there. */
function areAmong(ours: string, theirs: string): boolean {
  type Features = Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  const [own, other] = [ours, theirs].map((text) => (JSON.parse(text) as { readonly data: Features }).data) as [Features, Features];
  return Object.entries(own).every(([category, features]) =>
    Object.entries(features).every(([name, isOn]) => other[category]?.[name] === isOn || category === MAY_BE_LEFT_OUT),
  );
}

/** With any version: what is ours by intent, and what is not there yet. */
const always: readonly Change[] = [
  {
    what: "a time that is no number, or that Go's integers do not hold, where upstream calculates with what is left of it",
    explains: ({ call }) => ODD_TIME.test(call.path),
  },
  {
    what: "a timeout that is over at once: upstream answers now with one error, now with another",
    explains: ({ call, ours, theirs }) => /timeout=(?:0|-)/.test(call.path) && ours.status === 503 && theirs.status >= 400,
  },
  {
    what: "which of two series of one match an error names first",
    explains: ({ aspect, parts }) => aspect === "error" && [...parts[0]].toSorted().join("") === [...parts[1]].toSorted().join(""),
  },
  {
    what: "expressions are nested 400 levels deep at most: no chain of calls is as deep as those that upstream follows",
    explains: ({ ours }) => ours.status === 400 && ours.text.includes("expression is nested too deeply: more than 400 levels"),
  },
  {
    what: "Vary comes with every answer: caches are told of it by those, too, whose bodies are never compressed",
    explains: ({ aspect, parts: [theirs, ours] }) =>
      aspect === "header vary" && members(theirs).every((one) => one === "Accept-Encoding" || members(ours).includes(one)),
  },
  {
    what: "an answer of less than 1 KB is not compressed",
    explains: ({ aspect, ours }) => aspect === "header content-encoding" && ours.text.length < COMPRESSED_FROM_BYTES,
  },
  {
    what: "codings are weighed as RFC 9110 says, where upstream takes the first that stands there without a weight",
    explains: ({ aspect, call, parts: [, coding] }) =>
      aspect === "header content-encoding" && coding === "gzip" && /;|,|\*|gzip/i.test(call.headers?.["accept-encoding"] ?? ""),
  },
  {
    what: "where a parameter's JSON ends too soon, or goes wrong, is told in other words than Go's",
    explains: ({ aspect, parts }) =>
      aspect === "error" && parts.every((text) => text.startsWith("error parsing labels: ")) && /JSON|character/.test(parts[0]),
  },
  {
    what: "paths with //, .. or an escaped slash, which Go's mux redirects before any route sees them",
    explains: ({ call, theirs, ours }) =>
      /\/\/|\/\.\.|%2f|%2e|\/api\/v1\?/i.test(call.path) && [301, 307, 404].includes(theirs.status) && [200, 404].includes(ours.status),
  },
  {
    what: "a path whose escapes are none, or no UTF-8, is refused by the API and not by the server below it",
    explains: ({ call, ours }) => /\/label\/%/.test(call.path) && ours.text.includes("Failed to decode param"),
  },
  {
    what: "the body of a redirect, which nobody reads",
    explains: ({ aspect, ours }) => (aspect === "body" || aspect === "header content-type") && ours.status > 300 && ours.status < 400,
  },
  {
    what: "a multipart form that can't be read is told of, where upstream takes it for an empty one",
    explains: ({ aspect, ours }) => aspect === "error" && ours.text.includes("error parsing form values: "),
  },
  {
    what: "CORS headers come with every answer below /api/v1, unknown paths included",
    explains: ({ aspect, call, parts: [theirs] }) =>
      aspect.startsWith("header access-control-") && call.path.includes("/nope") && theirs === "",
  },
  {
    what: "the type of an answer to HEAD is told as that to GET",
    explains: ({ aspect, call }) => aspect === "header content-type" && call.method === "HEAD",
  },
  {
    what: "405 tells the methods that there are",
    explains: ({ aspect, ours, parts: [theirs] }) => aspect === "header allow" && ours.status === 405 && theirs === "",
  },
  {
    what: "the prefix of the routes without a slash is answered as a page, by another redirect",
    explains: ({ call, ours, theirs }) => call.path === "/inside" && isRedirect(ours.status) && isRedirect(theirs.status),
  },
  {
    what: "features of which ours does not tell: all that it tells is as in upstream",
    explains: ({ aspect, call, parts: [theirs, ours] }) => aspect === "body" && call.path === "/api/v1/features" && areAmong(ours, theirs),
  },
  {
    what: "the peer was built without its pages",
    explains: ({ call, theirs }) =>
      (["/query", "/alerts", "/targets", "/rules", "/status"].includes(call.path) && theirs.status === 500) || call.path === "/favicon.ico",
  },
  { what: "there are no profiles of Go", explains: isMissing(/^\/debug\//) },
];

function isRedirect(status: number): boolean {
  return status > 300 && status < 400;
}

/** The first that fits explains a difference from a peer of that version. */
export const changesSince: Readonly<Record<2 | 3, readonly Change[]>> = { 2: [...always, ...since2], 3: always };
