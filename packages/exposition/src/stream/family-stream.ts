import type { Labels } from "@ferula/model";
import type { HistogramMetric } from "../families/metric-family.ts";

/** The types of families that are written metric by metric. */
export type StreamedType = "untyped" | "histogram" | "gaugehistogram";

/**
 * Writes families metric by metric, in the order in which they are told: for who has a hundred thousand samples and wants no object of each.
 * What it is given it doesn't keep. A family may come again later, under another type too.
 */
export interface FamilyStream {
  /** Starts a family, which ends the one before; it gets at least one metric. */
  readonly begin: (name: string, type: StreamedType) => void;
  /** A number of an untyped family. */
  readonly untyped: (labels: Labels, value: number, timestampMs: number) => void;
  /** A histogram of one of the other two. */
  readonly histogram: (metric: HistogramMetric) => void;
  /** Hands on what is left. */
  readonly end: () => void;
}

/** Takes the next piece, which is the callee's; its buffer holds nothing else. */
export type OnPiece = (bytes: Uint8Array) => void;

/** Pieces are of that many bytes or characters, or little more; with protobuf a family is in one piece. */
export const PIECE_SIZE: number = 64 * 1024;
