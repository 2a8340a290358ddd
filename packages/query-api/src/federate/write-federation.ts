import { type FamilyStream, type Negotiated, streamFamilies } from "@ferula/exposition";
import {
  createHistogramColumns,
  createSampleColumns,
  type FloatHistogram,
  type HistogramColumns,
  hasCustomBuckets,
  isStaleAt,
  type Labels,
  METRIC_NAME,
  type SampleColumns,
} from "@ferula/model";
import type { ListingOptions } from "@ferula/promql";
import type { SeriesSet } from "@ferula/storage";
import { federatedHistogram, typeOfHistogram } from "./federated-histogram.ts";
import { sortSeries } from "./sort-series.ts";

/** How series are exposed to another server. Plain data: it is posted to a worker. */
export interface FederationForm extends Pick<Negotiated, "format" | "escaping"> {
  /** By ascending name; each is added where a series has no label of its name. An empty value is written. */
  readonly addedLabels: Labels;
}

/** Takes the pieces, and is asked now and then whether to go on. */
export type FederationOutput = Pick<ListingOptions, "onChunk" | "check">;

/** How many series go by before `check` is called. */
const SERIES_BETWEEN_CHECKS = 1024;

/**
 * Writes the newest sample of each series, with its time, as untyped metrics or native histograms (web/federate.go). Series that ended with a
 * stale marker, and those without a metric name, are left out, as are exponential histograms where the format has no place for them. A name
 * that has floats and histograms is several families, which no exposition should have and a server reads all the same. Only numbers are kept
 * of each series, not objects.
 */
export function writeFederation(form: FederationForm, sets: readonly SeriesSet[], { onChunk, check }: FederationOutput): void {
  const { firstRow, order } = sortSeries(sets, check);
  const writer = new FederationWriter(form, streamFamilies(form, onChunk));
  for (let i = 0; i < order.length; i++) {
    if (i % SERIES_BETWEEN_CHECKS === 0) check();
    const row = order[i];
    let s = 0;
    while (row >= firstRow[s + 1]) s++;
    writer.series(sets[s], row - firstRow[s]);
  }
  writer.end();
}

class FederationWriter {
  private readonly stream: FamilyStream;
  private readonly addedLabels: Labels;
  private readonly takesNativeHistograms: boolean;
  private readonly samples: SampleColumns = createSampleColumns(1);
  private readonly histograms: HistogramColumns = createHistogramColumns(1);
  /** Of the series that is written: its labels without its name, and the added ones. One array for all. */
  private readonly labels: string[] = [];
  private name = "";
  private type: Parameters<FamilyStream["begin"]>[1] = "untyped";

  constructor({ format, addedLabels }: FederationForm, stream: FamilyStream) {
    this.stream = stream;
    this.addedLabels = addedLabels;
    this.takesNativeHistograms = format.startsWith("protobuf");
  }

  series(set: SeriesSet, index: number): void {
    const { samples, histograms } = this;
    set.read(index, samples);
    set.readHistograms(index, histograms);
    const floatMs = samples.length === 0 ? -Infinity : samples.timestampsMs[samples.length - 1];
    const histogramMs = histograms.length === 0 ? -Infinity : histograms.timestampsMs[histograms.length - 1];
    if (floatMs > histogramMs) {
      if (!isStaleAt(samples, samples.length - 1)) this.float(set.labels(index), samples.values[samples.length - 1], floatMs);
    } else if (histogramMs > -Infinity) {
      this.histogram(set.labels(index), histograms.histograms[histograms.length - 1], histogramMs);
    }
  }

  end(): void {
    this.stream.end();
  }

  private float(labels: Labels, value: number, timestampMs: number): void {
    this.enter(this.takeLabels(labels), "untyped");
    this.stream.untyped(this.labels, value, timestampMs);
  }

  private histogram(labels: Labels, histogram: FloatHistogram, timestampMs: number): void {
    if (histogram.isStale || !(this.takesNativeHistograms || hasCustomBuckets(histogram))) return;
    this.enter(this.takeLabels(labels), typeOfHistogram(histogram));
    this.stream.histogram(federatedHistogram(histogram, this.labels, timestampMs));
  }

  private enter(name: string, type: FederationWriter["type"]): void {
    if (name === this.name && type === this.type) return;
    this.stream.begin(name, type);
    this.name = name;
    this.type = type;
  }

  /** Puts the labels into place, and returns the metric's name. */
  private takeLabels(own: Labels): string {
    const { labels, addedLabels } = this;
    let name = "";
    labels.length = 0;
    for (let i = 0; i < own.length; i += 2) {
      if (own[i] === METRIC_NAME) name = own[i + 1];
      else labels.push(own[i], own[i + 1]);
    }
    const ownCount = labels.length;
    for (let i = 0; i < addedLabels.length; i += 2) {
      let k = 0;
      while (k < ownCount && labels[k] !== addedLabels[i]) k += 2;
      if (k === ownCount) labels.push(addedLabels[i], addedLabels[i + 1]);
    }
    return name;
  }
}
