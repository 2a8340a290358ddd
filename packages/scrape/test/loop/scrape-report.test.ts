import { describe, expect, test } from "@jest/globals";
import { createSampleBatch, isStaleAt, type Labels, labelsOf, type SampleBatch } from "@ferula/model";
import type { Appender } from "@ferula/storage";
import { memoryStorage } from "@ferula/test-kit";
import { createReportSeries } from "../../src/loop/scrape-report.ts";

const REPORT = { isUp: true, durationSeconds: 1, bodySizeBytes: 1, scraped: 1, afterRelabelling: 1, added: 1 };
const NAMES = ["up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"];

test("the series of a report are looked up anew when the storage has dropped series, also to end them", () => {
  const lookedUp: Labels[] = [];
  const appended: (readonly [ref: number, isStale: boolean])[] = [];
  const appender = {
    ...memoryStorage(),
    epoch: 0,
    seriesRef: (labels: Labels) => lookedUp.push(labels),
    append(batch: SampleBatch) {
      appended.push([batch.refs[0], isStaleAt(batch, 0)]);
      return { appended: 0, outOfOrder: 0, duplicate: 0, outOfBounds: 0, tooOld: 0, invalid: 0 };
    },
  } satisfies Appender;
  const options = { targetLabels: labelsOf({ job: "j" }), hasExtraMetrics: false, timeoutMs: 1, sampleLimit: 0, hasSamples: false };
  const report = createReportSeries(options, appender);
  report.end(500);
  expect(lookedUp).toEqual([]);
  report.append(1000, REPORT);
  report.append(2000, REPORT);
  appender.epoch = 3;
  report.append(3000, REPORT);
  appender.epoch = 4;
  report.end(4000);
  expect(appended).toEqual([
    [1, false],
    [1, false],
    [6, false],
    [11, true],
  ]);
  expect(lookedUp).toEqual([...NAMES, ...NAMES, ...NAMES].map((name) => labelsOf({ __name__: name, job: "j" })));
});

describe("a report that goes with a body", () => {
  const options = { targetLabels: labelsOf({ job: "j" }), hasExtraMetrics: false, timeoutMs: 1, sampleLimit: 0, hasSamples: false };

  function body(capacity: number, length: number): SampleBatch {
    const batch = createSampleBatch(capacity);
    batch.length = length;
    return batch;
  }

  test.each([
    { why: "has room for it", batch: body(7, 2), epoch: 0, want: true },
    { why: "is one row short of room", batch: body(6, 2), epoch: 0, want: false },
    {
      why: "has start times, of which there is none for it",
      batch: { ...body(7, 2), startTimestampsMs: new Float64Array(2) },
      epoch: 0,
      want: false,
    },
    { why: "comes after the storage has dropped series", batch: body(7, 2), epoch: 1, want: false },
  ])("is behind the rows of a batch that $why: $want", ({ batch, epoch, want }) => {
    const appender = { ...memoryStorage(), epoch: 0 };
    const report = createReportSeries(options, appender);
    expect(report.addTo(body(7, 2), 500, REPORT)).toBe(false);
    report.append(1000, REPORT);
    appender.epoch = epoch;
    expect(report.addTo(batch, 2000, { ...REPORT, durationSeconds: 0.5, added: 3 })).toBe(want);
    expect(batch.length).toBe(want ? 7 : 2);
    if (!want) return;
    const refs = NAMES.map((name) => appender.seriesRef(labelsOf({ __name__: name, job: "j" })));
    expect([...batch.refs.subarray(2)]).toEqual(refs);
    expect([...batch.values.subarray(2)]).toEqual([1, 0.5, 1, 1, 3]);
    expect([...batch.timestampsMs.subarray(2)]).toEqual([2000, 2000, 2000, 2000, 2000]);
  });
});
