import { createSampleBatch, LabelsBuilder, METRIC_NAME, setStaleAt, type Labels, type SampleBatch } from "@ferula/model";
import type { Appender } from "@ferula/storage";
import type { ScrapeCounts } from "../cache/scrape-error.ts";

/** What a target's own series tell of one scrape. */
export interface ScrapeReport extends ScrapeCounts {
  readonly isUp: boolean;
  readonly durationSeconds: number;
  /** -1 when the body was larger than its limit. */
  readonly bodySizeBytes: number;
}

/** Appends a target's own series: `up` and the like. Throws what the appender throws. */
export interface ReportSeries {
  readonly append: (timestampMs: number, report: ScrapeReport) => void;
  /**
   * Puts a report behind the rows of a batch that is not appended yet: one record of the log holds both. Whether it has: not where the
   * batch has no room, nor before the series are known.
   */
  readonly addTo: (batch: SampleBatch, timestampMs: number, report: ScrapeReport) => boolean;
  /** Stale markers for all that nobody has gone on with, if there were samples. */
  readonly end: (timestampMs: number) => void;
}

/** What the series of a report say that no scrape changes. */
export interface ReportOptions {
  readonly targetLabels: Labels;
  /** Whether timeout, limit and size are told, too. */
  readonly hasExtraMetrics: boolean;
  readonly timeoutMs: number;
  readonly sampleLimit: number;
  /** Whether there are samples from before. */
  readonly hasSamples: boolean;
}

const NAMES = ["up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"];
const EXTRA_NAMES = ["scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes"];

/** The series of a target; they are made with the first report. */
export function createReportSeries(
  { targetLabels, hasExtraMetrics, timeoutMs, sampleLimit, hasSamples }: ReportOptions,
  appender: Appender,
): ReportSeries {
  const names = hasExtraMetrics ? [...NAMES, ...EXTRA_NAMES] : NAMES;
  const batch = createSampleBatch(names.length);
  batch.length = names.length;
  /** The epoch of the storage in which the series were looked up. */
  let epoch: number | undefined;

  function lookUp(): void {
    if (epoch === appender.epoch) return;
    batch.refs.set(names.map((name) => appender.seriesRef(new LabelsBuilder(targetLabels).set(METRIC_NAME, name).labels())));
    epoch = appender.epoch;
  }

  function write({ values, timestampsMs }: SampleBatch, first: number, timestampMs: number, report: ScrapeReport): void {
    timestampsMs.fill(timestampMs, first, first + names.length);
    values[first] = report.isUp ? 1 : 0;
    values[first + 1] = report.durationSeconds;
    values[first + 2] = report.scraped;
    values[first + 3] = report.afterRelabelling;
    values[first + 4] = report.added;
    if (!hasExtraMetrics) return;
    values[first + 5] = timeoutMs / 1000;
    values[first + 6] = sampleLimit;
    values[first + 7] = report.bodySizeBytes;
  }

  return {
    append(timestampMs, report) {
      lookUp();
      write(batch, 0, timestampMs, report);
      appender.append(batch);
    },
    addTo(other, timestampMs, report) {
      const { length } = other;
      const hasRoom = other.startTimestampsMs === undefined && other.refs.length >= length + names.length;
      if (!hasRoom || epoch !== appender.epoch) return false;
      for (let i = 0; i < names.length; i++) other.refs[length + i] = batch.refs[i];
      write(other, length, timestampMs, report);
      other.length += names.length;
      return true;
    },
    end(timestampMs) {
      if (epoch === undefined && !hasSamples) return;
      lookUp();
      batch.timestampsMs.fill(timestampMs);
      for (let i = 0; i < batch.length; i++) setStaleAt(batch, i);
      appender.append({ ...batch, inOrderOnly: true });
    },
  };
}
