import type { Logger } from "@ferula/logging";
import type { WriteColumns } from "@ferula/wire";
import { complain, type Complaints, PHASES, printSeries } from "./complaints.ts";
import { hasSamples } from "./find-series.ts";
import type { ReceiverMetrics } from "./receiver-metrics.ts";
import type { LabelsFault } from "./series-labels.ts";

/** Where they are counted and logged. */
export interface LabelsDeps {
  readonly metrics: ReceiverMetrics;
  readonly logger: Logger;
}

/** Complains of series whose labels can't be taken, and counts them. 1.0 is told nothing of them. */
export function complainOfLabels(
  deps: LabelsDeps,
  isV2: boolean,
  columns: WriteColumns,
  faults: ReadonlyMap<number, LabelsFault>,
  complaints: Complaints,
): void {
  const say = (seriesIndex: number, text: string): void =>
    complain(complaints, { seriesIndex, phase: PHASES.series, text, namesSeries: false });
  for (const [i, { part, text }] of columns.faults) {
    if (part === "labels") deps.metrics.invalidLabels.inc(sampleCount(columns, i));
    say(i, text);
  }
  for (const [i, fault] of faults) {
    // Upstream counts the series of 1.0 and the samples of 2.0.
    deps.metrics.invalidLabels.inc(isV2 ? sampleCount(columns, i) : 1);
    if (isV2) say(i, faultText(fault));
    else logFault(deps.logger, fault);
  }
  if (!isV2) return;
  for (let i = 0; i < columns.seriesCount; i++) {
    if (hasSamples(columns, i) || faults.has(i) || columns.faults.has(i)) continue;
    say(i, `TimeSeries must contain at least one sample or histogram for series ${printSeries(columns, i)}`);
  }
}

function faultText({ printed, duplicate }: LabelsFault): string {
  if (duplicate === undefined) return `invalid metric name or labels, got ${printed}`;
  return `invalid labels for series, labels ${printed}, duplicated label ${duplicate}`;
}

function logFault(logger: Logger, { printed, duplicate }: LabelsFault): void {
  if (duplicate === undefined) logger.warn("Invalid metric names or labels", { got: printed });
  else logger.warn("Invalid labels for series.", { labels: printed, duplicated_label: duplicate });
}

function sampleCount({ sampleEnds, histogramEnds }: WriteColumns, i: number): number {
  const end = sampleEnds[i] + histogramEnds[i];
  return i === 0 ? end : end - sampleEnds[i - 1] - histogramEnds[i - 1];
}
