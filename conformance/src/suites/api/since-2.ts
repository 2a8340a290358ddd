import type { Change } from "./changes.ts";
import type { Difference } from "./compare.ts";

/** A text of an error without what 3.x writes otherwise. */
function plainError(text: string): string {
  return text
    .replace(/^invalid parameter "[^"]+": /, "")
    .replace(/^(?:\d+:\d+|unknown position): (?=parse error: (?:no expression|unexpected end))/, "")
    .replace(/`\^\(\?:(.*)\)\$`/, "`$1`")
    .replace(/expected (?:number, duration, step\(\), or range\(\)|duration)$/, "expected a duration")
    .toLowerCase();
}

function asks(parameter: RegExp): Change["explains"] {
  return ({ call, aspect }) => (aspect === "status" || aspect === "body" || aspect === "error") && parameter.test(call.path);
}

function at(path: RegExp, ...aspects: readonly Difference["aspect"][]): Change["explains"] {
  return ({ call, aspect }) => aspects.includes(aspect) && path.test(call.path);
}

/** What 3.x answers otherwise than 2.42. */
export const since2: readonly Change[] = [
  {
    what: "errors name the parameter, and are worded a little otherwise",
    explains: ({ aspect, parts: [theirs, ours] }) => aspect === "error" && plainError(theirs) === plainError(ours),
  },
  {
    what: "errors of /federate are worded a little otherwise",
    explains: ({ aspect, call, ours, parts: [theirs, own] }) =>
      aspect === "body" && call.path.startsWith("/federate") && ours.status === 400 && plainError(theirs) === plainError(own),
  },
  { what: "limit is a parameter of queries and lists", explains: asks(/[?&]limit=/) },
  { what: "limit_per_metric is a parameter of metadata", explains: asks(/[?&]limit_per_metric=/) },
  { what: "the statistics of a query tell what was read, and other values of stats are warned of", explains: asks(/[?&]stats=/) },
  {
    what: "rate and its like tell in infos of metrics that are not named as counters",
    explains: ({ call, aspect, ours }) => aspect === "body" && call.path.includes("query=rate") && ours.text.includes('"infos":['),
  },
  { what: "numbers may have underscores", explains: asks(/query=[^&]*1_000/) },
  { what: "targets tell how they are scraped for histograms, and dropped ones are counted", explains: at(/\/targets(?:\?|$)/, "body") },
  { what: "metadata tells the unit before the help", explains: at(/\/metadata(?:\?|$)/, "body") },
  { what: "rules are filtered by name, group and file, and tell empty labels, too", explains: at(/\/rules(?:\?|$)/, "body") },
  { what: "the runtime tells host, time and memory limit", explains: at(/\/status\/runtimeinfo$/, "body") },
  { what: "DELETE of series is no route any more", explains: ({ call }) => call.method === "DELETE" && call.path.includes("/series") },
  {
    what: "the pages begin at /query, and Debian's have another beginning",
    explains: at(/^(?:\/inside)?\/(?:graph.*|targets\/?)?$/, "status", "header location"),
  },
  {
    what: "metrics tell how names are escaped",
    explains: ({ aspect, call, parts: [theirs, ours] }) =>
      aspect === "header content-type" && /^(?:\/inside)?\/(?:metrics|federate)/.test(call.path) && ours.startsWith(`${theirs}; escaping=`),
  },
  {
    what: "the default of --web.cors.origin repeats the origin, where 2.x answers with a star",
    explains: ({ aspect, parts: [theirs] }) => aspect === "header access-control-allow-origin" && theirs === "*",
  },
  {
    what: "Go redirects to a clean path by 307 since 1.25, and by 301 before",
    explains: ({ aspect, parts: [theirs, ours] }) => aspect === "status" && theirs === "301" && ours === "307",
  },
  { what: "lookback_delta is a parameter of queries", explains: asks(/[?&]lookback_delta=/) },
];
