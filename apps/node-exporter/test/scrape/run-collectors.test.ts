import { expect, test } from "@jest/globals";
import { createLogger, noLogger } from "@ferula/logging";
import { NoDataError, type Collector } from "../../src/collectors/collector.ts";
import { gaugeOf } from "../../src/scalar-family.ts";
import { runCollectors } from "../../src/scrape/run-collectors.ts";

const told = gaugeOf("told", "", 1);
const working: Collector = { collect: () => [told] };
const failingAfterFirst: Collector = {
  *collect() {
    yield told;
    throw new Error("disk on fire");
  },
};
const rejecting: Collector = { collect: () => Promise.reject(new Error("late")) };
const withoutData: Collector = {
  collect: () => {
    throw new NoDataError("no such hardware");
  },
};

async function run(collector: Collector): Promise<{ success: number | undefined; names: string[]; log: string }> {
  let log = "";
  const logger = createLogger({ level: "info", write: (line) => (log += line) });
  const families = await runCollectors([{ name: "x", collector }], logger);
  const success = families.find(({ name }) => name === "node_scrape_collector_success")?.metrics[0];
  const names = families.map(({ name }) => name).filter((name) => !name.startsWith("node_scrape_"));
  return { success: success !== undefined && "value" in success ? success.value : undefined, names, log };
}

test.each([
  { collector: working, success: 1, names: ["told"], log: /^$/, why: "success is 1" },
  { collector: { collect: async () => [told] }, success: 1, names: ["told"], log: /^$/, why: "a collector may take its time" },
  {
    collector: failingAfterFirst,
    success: 0,
    names: ["told"],
    log: /level=ERROR.*collector failed.*disk on fire/,
    why: "what came before an error is kept",
  },
  { collector: rejecting, success: 0, names: [], log: /level=ERROR.*late/, why: "a rejection is an error too" },
  { collector: withoutData, success: 0, names: [], log: /^$/, why: "no data is no success, but no error line either" },
])("$why", async ({ collector, success, names, log }) => {
  expect(await run(collector)).toEqual({ success, names, log: expect.stringMatching(log) });
});

test("a failing collector does not hide the others, and all run at the same time", async () => {
  let release = (): void => undefined;
  const waiting: Collector = { collect: () => new Promise((resolve) => (release = () => resolve([told]))) };
  const releasing: Collector = {
    collect: () => {
      release();
      return [];
    },
  };
  const families = await runCollectors(
    [
      { name: "waiting", collector: waiting },
      { name: "rejecting", collector: rejecting },
      { name: "releasing", collector: releasing },
    ],
    noLogger,
  );
  const successes = families.find(({ name }) => name === "node_scrape_collector_success");
  expect(successes?.metrics.map((metric) => [metric.labels[1], "value" in metric && metric.value])).toEqual(
    expect.arrayContaining([
      ["waiting", 1],
      ["rejecting", 0],
      ["releasing", 1],
    ]),
  );
});
