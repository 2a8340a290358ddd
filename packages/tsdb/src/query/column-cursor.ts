import { SAMPLE_TYPES, type SampleType } from "@ferula/chunks";
import type { FloatHistogram } from "@ferula/model";
import type { SampleCursor } from "../compact/chunk-samples.ts";
import type { SeriesColumns } from "./join-samples.ts";

/** Walks the floats and histograms of a series by ascending time. */
export class ColumnCursor implements SampleCursor {
  type: SampleType = SAMPLE_TYPES.none;
  timestampMs = 0;
  readonly startTimestampMs = 0;
  valueLow = 0;
  valueHigh = 0;
  private readonly columns: SeriesColumns;
  private nextFloat = 0;
  private nextHistogram = 0;

  constructor(columns: SeriesColumns) {
    this.columns = columns;
  }

  next(): SampleType {
    const { floats, histograms } = this.columns;
    const floatMs = this.nextFloat < floats.length ? floats.timestampsMs[this.nextFloat] : Infinity;
    const histogramMs = this.nextHistogram < histograms.length ? histograms.timestampsMs[this.nextHistogram] : Infinity;
    if (floatMs < histogramMs) {
      this.type = SAMPLE_TYPES.float;
      this.timestampMs = floatMs;
      this.valueLow = floats.valueBits[2 * this.nextFloat];
      this.valueHigh = floats.valueBits[2 * this.nextFloat + 1];
      this.nextFloat++;
    } else if (histogramMs < Infinity) {
      this.type = SAMPLE_TYPES.floatHistogram;
      this.timestampMs = histogramMs;
      this.nextHistogram++;
    } else {
      this.type = SAMPLE_TYPES.none;
    }
    return this.type;
  }

  histogram(): FloatHistogram {
    return this.columns.histograms.histograms[this.nextHistogram - 1];
  }
}
