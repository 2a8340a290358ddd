import { FROM_MS, TO_MS } from "./series.ts";
import type { Speaker } from "./speaker.ts";

const GAUGES = ["up", "flat", "memory_bytes", "temperature", "odd", "build_info"];
const COUNTERS = ["requests_total", "bytes_total", "latency_seconds_bucket", "latency_seconds_count", "latency_seconds_sum"];
const NATIVE = ["native_seconds", "native_sizes"];
const CUSTOM = ["custom_seconds"];

const MATCHERS = [
  'job="api"',
  'job!="api"',
  'job=~"a.*|db"',
  'instance="a"',
  'instance=~"[ab]"',
  'instance!~"a|b"',
  'zone=""',
  'zone!=""',
  'code=~"5.."',
  'path=~"a.b"',
  'job="none"',
];
const RANGES = ["1m", "2m", "5m", "47s", "10m", "1m30s", "20s", "3601s"];
const OFFSETS = ["1m", "30s", "5m", "-2m", "-45s", "1h"];
const STEPS = ["", "30s", "1m", "15s", "47s"];

/** Instant selectors: of histograms in one of six, as they are in the data. `native`, `buckets`: of such alone. */
export function selector(speaker: Speaker, kind: "any" | "native" | "buckets" = "any"): string {
  return `${bareSelector(speaker, kind)}${extension(speaker)}${modifiers(speaker)}`;
}

function bareSelector({ random, language }: Speaker, kind: "any" | "native" | "buckets"): string {
  const native = language === 3 ? [...NATIVE, ...CUSTOM] : NATIVE;
  const names = { any: random.chance(0.17) ? native : random.chance(0.5) ? GAUGES : COUNTERS, native, buckets: ["latency_seconds_bucket"] };
  const name = random.pick(names[kind]);
  if (random.chance(0.03)) return `{__name__=~"${name}|${random.pick(GAUGES)}"}`;
  return random.chance(0.75) ? name : `${name}{${random.pick(MATCHERS)}}`;
}

/** How 3.x may extend a selector, which a call then may refuse. */
function extension({ random, language }: Speaker): string {
  return language === 3 && random.chance(0.02) ? " smoothed" : "";
}

/** In one of eight an offset or a time, or both. */
function modifiers({ random, language }: Speaker): string {
  const offset = language === 3 && random.chance(0.2) ? "(step() + 1m * 2)" : random.pick(OFFSETS);
  const offsetText = random.chance(0.08) ? ` offset ${offset}` : "";
  const at = (FROM_MS + random.below(TO_MS - FROM_MS)) / 1000;
  const atText = random.chance(0.05) ? ` @ ${random.pick([Math.floor(at).toFixed(0), "start()", "end()"])}` : "";
  return random.chance(0.5) ? `${offsetText}${atText}` : `${atText}${offsetText}`;
}

/** A range selector, or a subquery where levels are left. */
export function rangeOf(speaker: Speaker, depth: number, kind: "any" | "native" | "buckets" = "any"): string {
  const { random, language } = speaker;
  if (depth > 0 && random.chance(0.2))
    return `(${speaker.vector(depth - 1)})[${random.pick(RANGES)}:${random.pick(STEPS)}]${modifiers(speaker)}`;
  const range =
    language === 3 && random.chance(0.05)
      ? random.pick(["step() * 3", "range() / 4", "1m + 30", "max_of(1m, step())"])
      : random.pick(RANGES);
  const how = language === 3 && random.chance(0.08) ? random.pick([" anchored", " smoothed"]) : "";
  return `${bareSelector(speaker, kind)}[${range}]${how}${modifiers(speaker)}`;
}
