import { formatLabels } from "@ferula/model";
import type { WriteColumns } from "@ferula/wire";
import { readLabels } from "./series-labels.ts";

/** What of a series a complaint is about, in the order in which a series is gone through. */
export const PHASES = { series: 0, sample: 1, histogram: 2, exemplar: 3 } as const;

/** Something of a request that is not stored. */
export interface Complaint {
  readonly seriesIndex: number;
  readonly phase: (typeof PHASES)[keyof typeof PHASES];
  /** Upstream's words for it. */
  readonly text: string;
  /** Whether the answer to 2.0 names the series behind the text. */
  readonly namesSeries: boolean;
  readonly timestampMs?: number;
}

/** All complaints of a request, of which the first are kept: a request may be wrong in each of a million samples. */
export interface Complaints {
  readonly kept: Complaint[];
  count: number;
}

/** So many lines an answer has; whoever looks into it is helped by the first. */
const MOST_TOLD = 1000;
/** Enough that samples, histograms and exemplars each have their lines. */
const MOST_KEPT = 4 * MOST_TOLD;

/** No complaint. */
export function noComplaints(): Complaints {
  return { kept: [], count: 0 };
}

/** Adds one. */
export function complain(complaints: Complaints, complaint: Complaint): void {
  complaints.count++;
  if (complaints.kept.length < MOST_KEPT) complaints.kept.push(complaint);
}

/** Complaints as an answer tells them: by series, samples before histograms and exemplars. */
export function sortComplaints({ kept }: Complaints): readonly Complaint[] {
  return kept.toSorted((a, b) => a.seriesIndex - b.seriesIndex || a.phase - b.phase);
}

/** The answer to a request of 2.0: a line for each. */
export function complaintLines(complaints: Complaints, columns: WriteColumns): string {
  const told = sortComplaints(complaints).slice(0, MOST_TOLD);
  const lines = told.map(({ text, namesSeries, seriesIndex }) =>
    namesSeries ? `${text} for series ${printSeries(columns, seriesIndex)}` : text,
  );
  if (complaints.count > told.length) lines.push(`and ${complaints.count - told.length} more`);
  return lines.join("\n");
}

/** The labels of a series as Go prints them. */
export function printSeries({ bytes, labelRanges, labelEnds }: WriteColumns, i: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = readLabels(text, labelRanges, i === 0 ? 0 : labelEnds[i - 1], labelEnds[i]);
  return "fault" in read ? read.fault.printed : formatLabels(read.labels);
}
