import { compileRegexp } from "@ferula/regexp";
import { median, print, type BenchCase } from "../bench.ts";
import { readOptions } from "../options.ts";

const defaults = { values: 20_000, rounds: 21 };

/** A matcher as people write it, and what JavaScript calls the same. */
interface Matcher {
  readonly pattern: string;
  /** Where JavaScript writes it otherwise. */
  readonly native?: { readonly source: string; readonly flags: string };
  /** Matches anywhere in a text, not the whole of it. */
  readonly isAnywhere?: true;
}

const matchers: readonly Matcher[] = [
  { pattern: "api-server" },
  { pattern: "api-.*" },
  { pattern: ".*-canary" },
  { pattern: ".*timeout.*" },
  { pattern: ".+" },
  { pattern: "|api-server" },
  { pattern: "GET|POST|PUT" },
  { pattern: "api-server|web-frontend|billing|checkout|search|auth|node-exporter|kube-proxy" },
  { pattern: "5.." },
  { pattern: "[45]\\d\\d" },
  { pattern: "node-.*-(a|b)" },
  { pattern: "(api|web)-.*" },
  { pattern: ".*(error|timeout|refused).*" },
  { pattern: "[^:]+:9100" },
  { pattern: "10\\.0\\.\\d+\\.\\d+:9100" },
  { pattern: "(?i)error", native: { source: "error", flags: "i" } },
  { pattern: "(?i).*error.*", native: { source: ".*error.*", flags: "is" } },
  { pattern: "/api/v[0-9]+/.*" },
  { pattern: "/api/v1/(query|query_range|series|labels)" },
  { pattern: "/api/v1/[^/]+/values" },
  { pattern: "^(?:eth|en|wl).*" },
  { pattern: "[a-z0-9]+(-[a-z0-9]+)*" },
  { pattern: "(.+)-[0-9a-f]{8,10}-[a-z0-9]{5}" },
  { pattern: "error|timeout", isAnywhere: true },
  { pattern: "^node-\\d+$", isAnywhere: true },
];

/** What matchers on label values cost, beside JavaScript's own expressions of the same meaning. */
export const regexp: BenchCase = {
  name: "regexp",
  about: "ordinary matchers over label values, ours and native expressions in turn (--values= --rounds=)",
  run(args) {
    const { values: count, rounds } = readOptions(defaults, args);
    const values = labelValues(count);
    print(`${matchers.length} matchers × ${count} values, ${rounds} rounds; medians of a pass over all values`);
    let oursMs = 0;
    let nativeMs = 0;
    for (const matcher of matchers) {
      const cost = compare(matcher, values, rounds);
      oursMs += cost.oursMs;
      nativeMs += cost.nativeMs;
      printCost(matcher.pattern, cost);
    }
    printCost("all", { oursMs, nativeMs });
    return Promise.resolve();
  },
};

interface Cost {
  readonly oursMs: number;
  readonly nativeMs: number;
}

function printCost(what: string, { oursMs, nativeMs }: Cost): void {
  const name = what.length > 44 ? `${what.slice(0, 43)}…` : what;
  const ratio = (oursMs / nativeMs).toFixed(2).padStart(6);
  print(`  ${name.padEnd(45)} ours ${oursMs.toFixed(3).padStart(7)} ms  native ${nativeMs.toFixed(3).padStart(7)} ms  ratio ${ratio}`);
}

const WARM_UP_ROUNDS = 10;

function compare({ pattern, native, isAnywhere }: Matcher, values: readonly string[], rounds: number): Cost {
  const ours = compileRegexp(pattern, { anchored: isAnywhere === undefined });
  const source = native?.source ?? pattern;
  const expression = isAnywhere === undefined ? new RegExp(`^(?:${source})$`, native?.flags ?? "s") : new RegExp(source);
  const isNativeMatch = (value: string): boolean => expression.test(value);
  for (const value of values) {
    if (ours.test(value) !== isNativeMatch(value)) throw new Error(`${pattern} and ${source} differ on ${JSON.stringify(value)}`);
  }
  const times: { oursMs: number[]; nativeMs: number[] } = { oursMs: [], nativeMs: [] };
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const oursMs = passMs(ours.test, values);
    const nativeMs = passMs(isNativeMatch, values);
    if (round < 0) continue;
    times.oursMs.push(oursMs);
    times.nativeMs.push(nativeMs);
  }
  return { oursMs: median(times.oursMs), nativeMs: median(times.nativeMs) };
}

let matchCount = 0;

function passMs(test: (value: string) => boolean, values: readonly string[]): number {
  const startedMs = performance.now();
  let count = 0;
  for (const value of values) if (test(value)) count++;
  const ms = performance.now() - startedMs;
  // What nobody reads need not be computed.
  matchCount += count;
  if (matchCount < 0) throw new Error("BUG: a count of matches is never negative");
  return ms;
}

/** Values of the labels that matchers are written for: jobs, instances, pods, paths, codes, messages, devices. */
function labelValues(count: number): readonly string[] {
  const kinds: readonly ((i: number) => string)[] = [
    (i) => pick(["api-server", "web-frontend", "billing", "checkout", "node-exporter", "api-gateway-canary", "search-canary"], i),
    (i) => `10.0.${i % 40}.${i % 250}:${pick(["9100", "9090", "8080"], i)}`,
    (i) => `node-${i % 300}`,
    (i) => `node-${i % 300}-${pick(["a", "b", "c"], i)}`,
    (i) =>
      `${pick(["web", "api", "worker"], i)}-${(i * 2_654_435_761).toString(16).slice(0, 9).padStart(9, "0")}-x${(i % 9999).toString(36).padStart(4, "0")}`,
    (i) => `/api/v${i % 3}/${pick(["query", "query_range", "series", `label/job${i % 50}/values`, "users"], i)}`,
    (i) => pick(["200", "204", "301", "404", "500", "503"], i),
    (i) => pick(["GET", "POST", "PUT", "DELETE"], i),
    (i) => `${pick(["connection", "request", "read"], i)} ${pick(["timeout", "refused", "reset", "Error"], i)} after ${i % 100}ms`,
    (i) => pick(["eth0", "enp3s0", "wlan0", "lo", "docker0", `veth${(i * 7919).toString(16)}`], i),
    (i) => pick(["error", "ERROR", "warn", "info", ""], i),
  ];
  return Array.from({ length: count }, (_, i) => kinds[i % kinds.length](Math.floor(i / kinds.length)));
}

function pick(choices: readonly string[], i: number): string {
  return choices[i % choices.length];
}
