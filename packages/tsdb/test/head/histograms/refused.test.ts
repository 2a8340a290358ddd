import { readFileSync } from "node:fs";
import { labelsOf } from "@ferula/model";
import { expect, test } from "@jest/globals";
import { scenarios } from "./scenarios.ts";
import { batchFor, describeChunks, headFor } from "./support.ts";

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Record<string, readonly string[]>;

test.each(scenarios)("batches that the log refuses leave nothing behind, and are taken when they come again: $why", (scenario) => {
  const head = headFor(scenario);
  let calls = 0;
  head.headLog = {
    log: () => {
      if (calls++ % 3 !== 1) throw new Error("no space left");
    },
  };
  const ref = head.seriesRef(labelsOf({ __name__: "a" }));
  for (const sample of scenario.samples) {
    const batch = batchFor(ref, sample);
    let refused = 0;
    for (;;) {
      try {
        expect(head.append(batch).appended).toBe(1);
        break;
      } catch (error) {
        expect((error as Error).message).toBe("no space left");
        refused++;
      }
    }
    expect(refused).toBeLessThan(3);
  }
  expect(calls).toBeGreaterThan(scenario.samples.length * 2);
  expect(describeChunks(head, ref)).toEqual(golden[scenario.why]);
});
