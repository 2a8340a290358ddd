import type { HttpClient, HttpRequest } from "@ferula/http";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { plainRules } from "../cache/support.ts";
import { startScrapeLoop, type ScrapeLoop } from "../../src/loop/scrape-loop.ts";
import type { Inheritance } from "../../src/loop/target-state.ts";
import { job, START_MS, targetAt, world, type World } from "../support.ts";

const INTERVAL_MS = 1000;
const TARGET = targetAt("t:1", { intervalMs: INTERVAL_MS, timeoutMs: INTERVAL_MS });
const BODY = Buffer.from("a 1\n");

/** A client whose answers take `answerMs` of the clock; `began` is told of each request. */
function clientOf(at: World, answerMs: () => number, began: () => void): HttpClient {
  return {
    async stream({ signal }: HttpRequest, sink: (bytes: Uint8Array) => void, onHead: (head: object) => void) {
      signal.throwIfAborted();
      began();
      await new Promise<void>((resolve, reject) => {
        const forget = at.clock.setTimeout(() => {
          signal.removeEventListener("abort", abort);
          resolve();
        }, answerMs());
        const abort = (): void => {
          forget();
          reject(signal.reason as Error);
        };
        signal.addEventListener("abort", abort, { once: true });
      });
      onHead({ status: 200, reason: "OK", headers: new Map([["content-type", "text/plain"]]) });
      sink(BODY);
    },
  } as unknown as HttpClient;
}

type Command =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "handOver" }
  | { readonly kind: "set"; readonly ms: number };

const wait = fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 2500 }) });
const handOver = fc.record({ kind: fc.constant("handOver" as const) });
const set = fc.record({ kind: fc.constant("set" as const), ms: fc.integer({ min: -5000, max: 5000 }) });

/** Runs a target through changes; returns when requests began, by a clock that nobody sets, and when that ended. */
async function run(commands: readonly Command[], answerMs: number): Promise<{ readonly beganMs: readonly number[]; readonly at: World }> {
  const at = world();
  let shiftMs = 0;
  const clock = { nowMs: () => at.clock.nowMs() + shiftMs, setTimeout: at.clock.setTimeout };
  const beganMs: number[] = [];
  const client = clientOf(
    at,
    () => answerMs,
    () => beganMs.push(at.clock.nowMs() - START_MS),
  );
  const deps = { ...at.deps, clock, client, failureLog: () => undefined };
  const start = (before?: Inheritance): ScrapeLoop =>
    startScrapeLoop(TARGET, job("job_name: j\nscrape_interval: 1s"), { ...plainRules, targetLabels: TARGET.labels }, deps, before);
  let loop = start();
  for (const command of commands) {
    if (command.kind === "wait") await at.clock.advance(command.ms);
    else if (command.kind === "handOver") loop = start(loop.handOver());
    else shiftMs += command.ms;
  }
  await at.clock.advance(0);
  await loop.stop();
  expect(at.clock.timerCount()).toBe(0);
  return { beganMs, at };
}

/** The target's offset in the interval is 958 ms; the clock begins at 1. */
const ON_A_TICK: Command[] = [{ kind: "wait", ms: 957 }, { kind: "handOver" }, { kind: "wait", ms: 1500 }];

test("each tick is scraped once, whenever loops hand over to others between scrapes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(wait, handOver), { maxLength: 15 }), async (commands) => {
      const { beganMs, at } = await run(commands, 0);
      const first = beganMs[0] ?? 0;
      expect(beganMs).toEqual(beganMs.map((_, i) => first + INTERVAL_MS * i));
      const waitedMs = 1 + commands.reduce((sum, command) => sum + (command.kind === "wait" ? command.ms : 0), 0);
      expect(Math.abs(beganMs.length - waitedMs / INTERVAL_MS)).toBeLessThanOrEqual(1);
      expect(at.samples("up").map((row) => row.split(" ")[1])).toEqual(beganMs.map(() => "1"));
    }),
    { numRuns: 60, examples: [[ON_A_TICK]] },
  );
});

test("wherever the clock is set to, no target goes unseen for more than an interval and a half behind a scrape", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(wait, set), { maxLength: 15 }), fc.nat(900), async (commands, answerMs) => {
      const { beganMs, at } = await run(commands, answerMs);
      const endMs = at.clock.nowMs() - START_MS;
      const gaps = [...beganMs, endMs].map((ms, i) => ms - (i === 0 ? 0 : beganMs[i - 1]));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(1.5 * INTERVAL_MS + answerMs);
    }),
    { numRuns: 60 },
  );
});
