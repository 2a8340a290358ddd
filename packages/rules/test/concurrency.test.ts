import { expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { noLogger } from "@ferula/logging";
import { fakeClock, memoryStorage } from "@ferula/test-kit";
import { createRuleManager, readRuleFile, type VectorElement } from "../src/index.ts";

const MINUTE = 60_000;
const rule = (name: string, expr: string): string => `{ record: ${name}, expr: ${expr} }`;

/** Which expressions are asked for at once, round by round: each round answers all that wait. */
async function rounds(rules: readonly string[], maxConcurrentEvals: number | undefined, groupCount = 1): Promise<string[][]> {
  const clock = fakeClock();
  const waiting = new Map<(vector: readonly VectorElement[]) => void, string>();
  const manager = createRuleManager({
    query: (expr) => new Promise((resolve) => waiting.set(resolve, expr)),
    appender: memoryStorage(),
    sendAlerts: () => undefined,
    clock,
    logger: noLogger,
    externalUrl: "",
    externalLabels: () => [],
    resendDelayMs: MINUTE,
    maxConcurrentEvals,
    registry: new Registry(),
  });
  const groups = Array.from({ length: groupCount }, (_, i) => `{ name: g${i}, rules: [${rules.join(", ")}] }`);
  manager.apply([{ file: "a.yml", ...readRuleFile(`groups: [${groups.join(", ")}]`, "a.yml") }], { intervalMs: MINUTE, queryOffsetMs: 0 });
  const seen: string[][] = [];
  for (await clock.advance(MINUTE); waiting.size > 0; await clock.advance(0)) {
    seen.push([...waiting.values()].toSorted());
    const answers = [...waiting.keys()];
    waiting.clear();
    for (const answer of answers) answer([]);
  }
  await manager.stop();
  return seen;
}

test.each<[string, string[], number | undefined, string[][]]>([
  ["without the feature rules wait for each other", [rule("a", "x"), rule("b", "y")], undefined, [["x"], ["y"]]],
  [
    "a slot lets one be evaluated beside the one whose turn it is",
    [rule("a", "x"), rule("b", "y"), rule("c", "z")],
    1,
    [["x", "y"], ["z"]],
  ],
  ["there may be slots for all", [rule("a", "x"), rule("b", "y"), rule("c", "z")], 5, [["x", "y", "z"]]],
  ["no slots leave one after another", [rule("a", "x"), rule("b", "y")], 0, [["x"], ["y"]]],
  ["a rule waits for what it reads", [rule("a", "x"), rule("b", "a"), rule("c", "z")], 5, [["x", "z"], ["a"]]],
  ["all wait where that can't be told", [rule("a", "x"), rule("b", "'{j=\"y\"}'"), rule("c", "z")], 5, [["x"], ['{j="y"}'], ["z"]]],
])("%s", async (_why, rules, slots, want) => {
  expect(await rounds(rules, slots)).toEqual(want);
});

test("slots are of all groups together", async () => {
  const seen = await rounds([rule("a", "x"), rule("b", "y"), rule("c", "z")], 2, 2);
  expect(Math.max(...seen.map((round) => round.length))).toBeLessThanOrEqual(4);
  expect(seen.flat()).toHaveLength(6);
});
