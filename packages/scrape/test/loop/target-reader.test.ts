import { describe, expect, test } from "@jest/globals";
import { isStaleAt, labelsOf } from "@ferula/model";
import { memoryStorage } from "@ferula/test-kit";
import type { BodyReader, ReadOutcome } from "../../src/body-reader.ts";
import { createLineCache } from "../../src/cache/line-cache.ts";
import type { MetadataRecord } from "../../src/cache/target-metadata.ts";
import type { BodyFormat } from "../../src/loop/body-format.ts";
import { createTargetReader } from "../../src/loop/target-reader.ts";
import { inOneGo, plainRules, workspaces } from "../cache/support.ts";

/** Text stands for every format: what counts is that each has a reader of its own. */
function target() {
  const dropped = new Set<string>();
  const storage = memoryStorage();
  const series = {
    ...storage,
    get epoch() {
      return dropped.size;
    },
    isLive: (ref: number) => !dropped.has(nameOf.get(ref) ?? ""),
  };
  const makeReader = (_format: BodyFormat, record: MetadataRecord): BodyReader =>
    createLineCache({
      workspaces,
      record,
      rules: { ...plainRules, targetLabels: labelsOf({}) },
      honorTimestamps: true,
      takesExemplars: true,
      trackTimestampsStaleness: false,
      sampleLimit: () => 0,
      series,
      syntax: "text",
    });
  const nameOf = new Map(["a", "b", "c"].map((name) => [storage.seriesRef(["__name__", name]), name]));
  const reader = createTargetReader(makeReader, series);
  let timestampMs = 0;

  function rowsOf({ length, refs }: ReadOutcome["batch"], batch: ReadOutcome["batch"]): string[] {
    return Array.from({ length }, (_, i) => `${nameOf.get(refs[i])}${isStaleAt(batch, i) ? " ends" : ""}`);
  }

  return {
    read(format: BodyFormat, body: string): { rows: string[]; added: number } {
      const region = workspaces.regions.allocate(body.length + 64);
      workspaces.shared.u8.set(Buffer.from(body), region.address);
      const { batch, added } = inOneGo({
        ...reader,
        read: reader.read.bind(undefined, format),
        endAll: reader.markAllStale,
        metadata: reader.metadata(),
      }).read(region, body.length, ++timestampMs);
      expect([...batch.timestampsMs.subarray(0, batch.length)]).toEqual(Array(batch.length).fill(timestampMs));
      return { rows: rowsOf(batch, batch), added };
    },
    families: () => [...reader.metadata().entries()].map(([name, { type }]) => `${name} ${type}`).toSorted(),
    drop: (name: string) => dropped.add(name),
    markAllStale(): string[] {
      const workspace = workspaces.take();
      const batch = reader.markAllStale(++timestampMs, workspace);
      workspaces.give(workspace);
      return rowsOf(batch, batch);
    },
  };
}

describe("a target that changes its format", () => {
  test("keeps the series that are still there, and ends the others", () => {
    const { read } = target();
    expect(read("text", "a 1\nb 1\n")).toEqual({ rows: ["a", "b"], added: 2 });
    expect(read("openmetrics", "b 2\nc 2\n")).toEqual({ rows: ["b", "c", "a ends"], added: 1 });
    expect(read("openmetrics", "b 3\nc 3\n")).toEqual({ rows: ["b", "c"], added: 0 });
    expect(read("text", "a 4\n")).toEqual({ rows: ["a", "b ends", "c ends"], added: 1 });
  });

  test("is known by what it said of its metrics in both", () => {
    const { read, families } = target();
    read("text", "# TYPE a gauge\n# TYPE b gauge\na 1\n");
    expect(() => read("openmetrics", "# TYPE b counter\n}\n")).toThrow("line 2");
    expect(families()).toEqual(["a gauge", "b counter"]);
    read("openmetrics", "# TYPE c gauge\nc 1\n");
    expect(families()).toEqual(["a gauge", "b counter", "c gauge"]);
  });

  test("ends all of them where the first body in the other format is broken, once", () => {
    const { read, markAllStale } = target();
    read("text", "a 1\nb 1\n");
    expect(() => read("openmetrics", "}\n")).toThrow("line 1");
    expect(markAllStale()).toEqual(["a ends", "b ends"]);
    expect(markAllStale()).toEqual([]);
    expect(read("openmetrics", "b 2\n")).toEqual({ rows: ["b"], added: 1 });
  });

  test("ends none that the storage has dropped meanwhile: its reference may be another series'", () => {
    const { read, markAllStale, drop } = target();
    read("text", "a 1\nb 1\n");
    expect(() => read("openmetrics", "}\n")).toThrow("line 1");
    drop("b");
    expect(markAllStale()).toEqual(["a ends"]);
  });

  test("and back, after a broken body, has lost nothing that nobody ended", () => {
    const { read } = target();
    read("text", "a 1\nb 1\n");
    expect(() => read("openmetrics", "}\n")).toThrow("line 1");
    expect(read("text", "a 2\n").rows).toEqual(["a", "b ends"]);
  });
});

test("without a body nothing ends, and nothing is expected", () => {
  expect(target().markAllStale()).toEqual([]);
});
