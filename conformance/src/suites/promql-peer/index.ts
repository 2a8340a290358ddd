import { join } from "node:path";
import { encodeWriteRequest, type OutgoingSeries, packSnappy } from "@ferula/wire";
import { expect, inLanes, option, peer, print, type Suite } from "../../harness.ts";
import { binary } from "../../paths.ts";
import { majorVersionOf } from "../../peer-version.ts";
import { type Bench, withBench } from "../../processes.ts";
import { startOn } from "../tsdb/servers.ts";
import { ask, type Question } from "./answer.ts";
import { changesSince } from "./changes.ts";
import { type Difference, difference, type Strictness } from "./compare.ts";
import { createExpressions } from "./expressions.ts";
import { namesAnotherFault, type Servers } from "./faults.ts";
import { createRandom, type Random } from "./random.ts";
import { FROM_MS, peerSeries, QUERY_PHASE_MS, SAMPLE_PHASES_MS, TO_MS } from "./series.ts";
import type { Language } from "./speaker.ts";

/** So few that every run of CI can have them. */
const CYCLES = 300;
const SEED = 1;
/** So many differences are shown of those that nothing explains. */
const SHOWN = 50;
const PLACES_SHOWN = 3;
const AT_ONCE = 4;
/** So often a peer has the chance to give another answer. */
const ASKED_AGAIN = 20;
/** Of so many queries at least one has an answer that is not empty, and of so many no more than one is refused. */
const FULL = 2;
const REFUSED = 5;
const STEPS_SECONDS: readonly number[] = [30, 60, 47, 300];

const FEATURES: Readonly<Record<Language, string>> = {
  2: "native-histograms",
  3: "promql-experimental-functions,promql-extended-range-selectors,promql-binop-fill-modifiers",
};

/** What is asked of whom. */
interface Comparison {
  readonly program: string;
  readonly language: Language;
  readonly seed: number;
  readonly cycles: number;
  /** Of `--enable-feature`, for both servers, besides `FEATURES`. */
  readonly features: string | undefined;
}

/** Holds the engine against another build of Prometheus on the same data, by random expressions. */
export const promqlPeer: Suite = {
  name: "promql-peer",
  about:
    "random expressions have the same answers from a Prometheus (`--cycles 5000`, `--seed 7`, `--peer PATH` of 2.x or 3.x, `--features a,b`)",
  checks: (args) => {
    const cycles = Number(option(args, "cycles") ?? CYCLES);
    const run = (): Promise<void> => {
      const program = option(args, "peer") ?? peer("prometheus");
      const seed = Number(option(args, "seed") ?? SEED);
      return compareServers({ program, language: majorVersionOf(program), seed, cycles, features: option(args, "features") });
    };
    return [{ name: `${cycles} random expressions`, run }];
  },
};

function compareServers(comparison: Comparison): Promise<void> {
  return withBench(async (bench) => {
    const [ours, theirs] = await Promise.all([
      startWithData(bench, binary("prometheus"), comparison),
      startWithData(bench, comparison.program, comparison),
    ]);
    await compareAnswers(ours, theirs, comparison);
  });
}

/** Starts a server, sends the data to it and returns its URL. */
async function startWithData(bench: Bench, program: string, { language, features }: Comparison): Promise<string> {
  const allFeatures = [FEATURES[language], ...(features === undefined ? [] : [features])].join(",");
  const flags = ["--web.enable-remote-write-receiver", `--enable-feature=${allFeatures}`];
  const { url } = await startOn(bench, program, join(bench.folder(), "data"), { flags });
  await send(url, peerSeries(language === 3));
  return url;
}

async function compareAnswers(ours: string, theirs: string, { program, language, seed, cycles }: Comparison): Promise<void> {
  const strictness: Strictness = { comparesTexts: language === 3 };
  const differences: Difference[] = [];
  let [full, refused, undecided] = [0, 0, 0];
  await inLanes(AT_ONCE, questions(createRandom(seed), language, cycles), async (question) => {
    const [own, other] = await Promise.all([ask(ours, question), ask(theirs, question)]);
    if (other.series.size > 0) full++;
    if (other.status !== 200) refused++;
    const found = difference(question, own, other, strictness);
    if (found === undefined) return;
    if (await answersOtherwise(theirs, found, strictness)) undecided++;
    else differences.push(found);
  });
  const same = cycles - differences.length - undecided;
  print(`    seed ${seed}, ${program}: ${same} of ${cycles} answers are the same; ${full} are not empty, ${refused} are errors`);
  print(`      ${undecided} differ where the peer itself gives now one answer, now another`);
  await judge({ ours, theirs }, differences, language);
  expect(full * FULL > cycles && refused > 0 && refused * REFUSED < cycles, "the expressions no longer show much");
}

/**
 * Whether the peer answers otherwise when it is asked again. What upstream calculates in the order of a Go map has several answers: the
 * choice among ties, the series that an error names, the last bits of some sums.
 */
async function answersOtherwise(url: string, { question, theirs }: Difference, strictness: Strictness): Promise<boolean> {
  for (let i = 0; i < ASKED_AGAIN; i++) {
    if (difference(question, await ask(url, question), theirs, strictness) !== undefined) return true;
  }
  return false;
}

async function send(url: string, series: readonly OutgoingSeries[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: "POST",
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
    body: Buffer.from(packSnappy(encodeWriteRequest(series))),
  });
  expect(response.status === 204, `remote write: ${response.status} ${await response.text()}`);
}

/** Half of them instant; from 3.x on half of all at times of samples, too. */
function questions(random: Random, language: Language, count: number): readonly Question[] {
  const expression = createExpressions(random, language);
  return Array.from({ length: count }, () => {
    const phaseMs = language === 3 && random.chance(0.5) ? random.pick(SAMPLE_PHASES_MS) : QUERY_PHASE_MS;
    // Now and then behind the data, or before it.
    const at = FROM_MS + Math.floor((random.next() * 1.1 * (TO_MS - FROM_MS)) / 15_000) * 15_000 + phaseMs;
    const query = expression();
    if (random.chance(0.5)) return { query, start: at / 1000, end: at / 1000, step: undefined };
    const step = random.pick(STEPS_SECONDS);
    return { query, start: at / 1000, end: at / 1000 + step * random.below(20), step };
  });
}

const OTHER_FAULT = "which of several faults is named: of that part by itself both tell it";

/** Prints how many differences each change explains, and throws those that none does. */
async function judge(servers: Servers, differences: readonly Difference[], language: Language): Promise<void> {
  const changes = changesSince[language];
  const counts = new Map([...changes.map(({ what }) => what), OTHER_FAULT].map((what) => [what, 0]));
  const unexplained: Difference[] = [];
  for (const one of differences) {
    const change = changes.find(({ explains }) => explains(one))?.what;
    const what = change ?? ((await namesAnotherFault(servers, one)) ? OTHER_FAULT : undefined);
    if (what === undefined) unexplained.push(one);
    else counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  for (const [what, count] of counts) if (count > 0) print(`      ${count} differ by: ${what}`);
  const shown = unexplained.slice(0, SHOWN).map(describe);
  // The list says where; a stack would say it of the runner.
  const error = new Error(`${unexplained.length} differences, theirs first:\n${shown.join("\n")}`);
  if (unexplained.length > 0) throw Object.assign(error, { stack: undefined });
}

function describe({ question: { query, start, end, step }, aspect, places }: Difference): string {
  const times = step === undefined ? `at ${start}` : `from ${start} to ${end} step ${step}`;
  const more = places.length > PLACES_SHOWN ? [`… ${places.length} in all`] : [];
  return [`${aspect}: ${query}\n  ${times}`, ...places.slice(0, PLACES_SHOWN).map((place) => place.slice(0, 400)), ...more].join("\n    ");
}
