import { expect, test } from "@jest/globals";
import { isStaleAt, type Labels, labelsOf, type SampleBatch } from "@ferula/model";
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
