import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { auditLedger, emptyTally, expectAcknowledged, expectSound, serverSource, type Tally } from "../durability/audit.ts";
import { openFolder } from "../durability/folder-source.ts";
import { type ScrapeTarget, startScrapeTarget } from "../durability/scrape-target.ts";
import { createHistogramSender, createSenders, LATE_MS, type Sender, sendUntil, type WriteAnswer } from "../durability/senders.ts";
import { countFiles, prepareServer, type ServerPlace } from "../durability/start-server.ts";
import { expect, print, type Suite } from "../harness.ts";
import { type Bench, type Program, untilReady, withBench } from "../processes.ts";

/** Few enough that every run of CI can have them. */
const CYCLES = 20;
/** How long a server lives under load, at most; with its start and the audit a cycle takes some 2.5 s. */
const MOST_LOAD_MS = 1500;
/** Between two requests of a sender. */
const PAUSE_MS = 15;
/** One kill in so many falls into the start. */
const EARLY_KILL = 8;
/** All that was ever written is looked for once in so many cycles, else what is recent. */
const FULL_AUDIT = 25;
const RECENT_MS = 10_000;
/** The status of a request that was acknowledged, and of one that a killed server did not answer. */
const ACCEPTED = "204";
const UNANSWERED = "0";

export const crash: Suite = {
  name: "crash",
  about: "what was acknowledged is there after kill -9, and nothing that was never sent",
  checks: (args) => {
    const cycles = cyclesOf(args);
    return [
      {
        name: `${cycles} kills under remote-write and scrape load`,
        run: () =>
          withBench(async (bench) => {
            const target = await startScrapeTarget();
            try {
              const place = await prepareServer(bench, target.port, join(bench.folder(), "data"));
              const senders = createSenders();
              await runCycles({
                bench,
                place,
                target,
                cycles,
                senders,
                histograms: createHistogramSender(),
                beganMs: Date.now() - LATE_MS,
              });
            } finally {
              target.close();
            }
          }),
      },
    ];
  },
};

/** `--cycles 200` or `--cycles=200`. */
function cyclesOf(args: readonly string[]): number {
  const text = /(?:^| )--cycles[= ](\d+)(?: |$)/.exec(args.join(" "))?.[1];
  return Math.max(1, Number(text ?? CYCLES));
}

interface Run {
  readonly bench: Bench;
  readonly place: ServerPlace;
  readonly target: ScrapeTarget;
  readonly senders: readonly Sender[];
  readonly histograms: Sender;
  readonly cycles: number;
  readonly beganMs: number;
}

async function runCycles(run: Run): Promise<void> {
  const { place, cycles } = run;
  const startsMs: number[] = [];
  const answers = new Map<string, number>();
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const program = await place.start();
    if (cycle % EARLY_KILL === 0) {
      await sleep(Math.random() * 600);
      await program.kill("SIGKILL");
      continue;
    }
    startsMs.push(await untilReady(place.url, program));
    const loadEnds = new AbortController();
    const load = startLoad(run, loadEnds.signal, answers);
    await auditServer(run, cycle, program);
    await sleep(Math.random() * MOST_LOAD_MS);
    // What a query shows is acknowledged, too.
    await run.target.noteShown(place.url, Date.now() - RECENT_MS);
    if (program.hasEnded()) throw new Error(`the server ended by itself in cycle ${cycle}:\n${program.output()}`);
    await program.kill("SIGKILL");
    loadEnds.abort();
    await load;
  }
  const program = await place.start();
  startsMs.push(await untilReady(place.url, program));
  const tally = await auditServer(run, FULL_AUDIT * cycles, program);
  await program.kill("SIGKILL");
  report(run, tally, await auditHistograms(run, program), startsMs, answers);
  expectUsed(run, answers);
}

/** Throws when there was nothing that could have been lost. The load begins when the server is ready: it takes all, or has been killed. */
function expectUsed({ senders, histograms, target }: Run, answers: ReadonlyMap<string, number>): void {
  const wrong = [...answers].filter(([answer]) => answer !== ACCEPTED && answer !== UNANSWERED);
  expect(wrong.length === 0, `requests were refused: ${wrong.map(([answer, n]) => `${n} × ${answer}`).join(", ")}`);
  expectAcknowledged([...senders, histograms].map(({ ledger }) => ledger));
  expect(target.shownCount() > 0, "no scrape was ever shown");
}

function startLoad({ place, senders, histograms }: Run, signal: AbortSignal, answers: Map<string, number>): Promise<unknown> {
  const count = ({ status, text }: WriteAnswer): void => {
    const code = String(status);
    const key = code === UNANSWERED || code === ACCEPTED ? code : `${status} ${text.split("\n", 1)[0].replace(/ for series .*/, "")}`;
    answers.set(key, (answers.get(key) ?? 0) + 1);
  };
  return Promise.all([...senders, histograms].map((sender) => sendUntil(signal, place.url, sender, PAUSE_MS, count)));
}

async function auditServer({ place, target, senders, beganMs }: Run, cycle: number, program: Program): Promise<Tally> {
  const tally = emptyTally();
  const isFull = cycle % FULL_AUDIT === 0;
  const nowMs = Date.now();
  const fromMs = isFull ? beganMs : Math.max(beganMs, nowMs - RECENT_MS);
  for (const { ledger } of senders) {
    const startMs = ledger.sender === "late" ? Math.min(fromMs, nowMs - LATE_MS) : fromMs;
    await auditLedger(serverSource(place.url), ledger, startMs, nowMs, tally);
  }
  await target.audit(place.url, fromMs, tally);
  expectSound(tally, `in cycle ${cycle}`, program.output);
  if (isFull) print(`    ${tally.acknowledged} acknowledged samples are there; ${countFiles(place.dataFolder)}`);
  return tally;
}

async function auditHistograms({ bench, place, histograms, beganMs }: Run, program: Program): Promise<Tally> {
  const tally = emptyTally();
  const folder = await openFolder(place.dataFolder, bench.folder());
  try {
    await auditLedger(folder.histograms, histograms.ledger, beganMs, Date.now(), tally);
  } finally {
    await folder.close();
  }
  expectSound(tally, "histograms, after the last kill", program.output);
  return tally;
}

function report(
  { senders, histograms, place }: Run,
  floats: Tally,
  ofHistograms: Tally,
  startsMs: readonly number[],
  answers: ReadonlyMap<string, number>,
): void {
  const sorted = startsMs.toSorted((a, b) => a - b);
  const sent = [...senders, histograms].reduce((sum, { ledger }) => sum + ledger.requests.length * ledger.samplesPerRequest, 0);
  const acknowledged = `${floats.acknowledged} floats, ${ofHistograms.acknowledged} histograms`;
  print(`    sent by remote write: ${sent} samples; acknowledged or shown: ${acknowledged}`);
  print(`    lost: ${floats.lost + ofHistograms.lost}; phantom: ${floats.phantom + ofHistograms.phantom}`);
  print(`    there though nobody was told so: ${floats.unacknowledged + ofHistograms.unacknowledged}`);
  print(`    answers: ${[...answers].map(([key, n]) => `${n} × ${key}`).join(", ")}`);
  print(
    `    start: median ${Math.round(sorted[sorted.length >>> 1])} ms, max ${Math.round(sorted.at(-1) ?? 0)} ms; ${countFiles(place.dataFolder)}`,
  );
}
