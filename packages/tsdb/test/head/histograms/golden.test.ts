import { readFileSync } from "node:fs";
import { createFaultyFiles } from "@ferula/files";
import { noLogger } from "@ferula/logging";
import { describe, expect, test } from "@jest/globals";
import { replay } from "../../../src/wal/replay.ts";
import { WalWriter } from "../../../src/wal/wal-writer.ts";
import { scenarios } from "./scenarios.ts";
import { describeChunks, headFor, runScenario } from "./support.ts";
import { noUnknownRefs } from "../../../src/wal/unknown-refs.ts";

/** Of each scenario the chunks that upstream's head (3.14) makes of it, as `describeChunks` tells them. */
const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Record<string, readonly string[]>;

const folder = "/data/wal";

describe("the chunks of a series are upstream's to the bit", () => {
  test.each(scenarios)("$why", (scenario) => {
    const { head, appended } = runScenario(scenario);
    expect(appended).toBe(scenario.samples.length);
    expect(describeChunks(head, 1)).toEqual(golden[scenario.why]);
  });
});

describe("a head that the log is replayed into has the same chunks", () => {
  test.each(scenarios)("$why", async (scenario) => {
    const files = createFaultyFiles();
    files.makeFolder(folder);
    const options = {
      files,
      logger: noLogger,
      folder,
      segmentBytes: 1 << 16,
      fsync: "segment",
      keepsStarts: scenario.keepsStarts,
    } as const;
    const wal = new WalWriter(options, 0);
    runScenario(scenario, wal);
    await wal.close();
    const head = headFor(scenario);
    const summary = await replay({ files, logger: noLogger, folder, head });
    expect(summary).toMatchObject({ samples: scenario.samples.length, corruptions: 0, skippedRecords: 0, unknownRefs: noUnknownRefs() });
    expect(describeChunks(head, 1)).toEqual(golden[scenario.why]);
  });
});
