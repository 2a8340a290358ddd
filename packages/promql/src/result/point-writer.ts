import { JSON_FLOAT_BYTES, type KernelExports, type SharedMemory, writeJsonFloat } from "@ferula/kernels";
import type { StepColumn } from "../columns.ts";
import type { Grid } from "../grid.ts";

/** The bytes of shared memory that `kernelPointWriter` works in: values, presence and text of one batch. */
export const POINT_SCRATCH_BYTES: number = 40 * 1024;

/** Steps of one batch; with 64 bytes of text a point they fit the scratch. */
const BATCH_STEPS = 512;
const TEXT_BYTES = BATCH_STEPS * 64;

/** The most bytes that one point takes: brackets, a time, quotes, a number. */
const POINT_BYTES = 64;

/** Writes the points of a column without histograms as `[seconds,"value"]` with commas between them. */
export interface PointWriter {
  /** Calls `emit` with bytes, in order; they are overwritten after it returns. */
  readonly write: (grid: Grid, column: StepColumn, emit: (bytes: Uint8Array, length: number) => void) => void;
}

/** Writes by the kernel, in `POINT_SCRATCH_BYTES` of shared memory at `address` that nothing else uses. */
export function kernelPointWriter(kernels: KernelExports, shared: SharedMemory, address: number): PointWriter {
  const valuesAddress = address;
  const presentAddress = valuesAddress + BATCH_STEPS * 8;
  const textAddress = presentAddress + BATCH_STEPS;

  return {
    write: ({ startMs, stepMs, stepCount }, { values, present }, emit) => {
      let isFirst = 1;
      for (let from = 0; from < stepCount; from += BATCH_STEPS) {
        const count = Math.min(BATCH_STEPS, stepCount - from);
        shared.f64.set(values.subarray(from, from + count), valuesAddress >> 3);
        shared.u8.set(present.subarray(from, from + count), presentAddress);
        const batchMs = startMs + from * stepMs;
        const end = kernels.writeJsonPoints(
          batchMs,
          stepMs,
          0,
          count,
          isFirst,
          valuesAddress,
          presentAddress,
          textAddress,
          textAddress + TEXT_BYTES,
        );
        if (kernels.pointsReached() !== count) throw new Error("BUG: a batch of points was longer than its scratch");
        if (end === textAddress) continue;
        isFirst = 0;
        emit(shared.u8.subarray(textAddress, end), end - textAddress);
      }
    },
  };
}

/** Writes in plain TypeScript. */
export function plainPointWriter(): PointWriter {
  const text = new Uint8Array(TEXT_BYTES);
  return {
    write: ({ startMs, stepMs, stepCount }, { values, present }, emit) => {
      let isFirst = true;
      let at = 0;
      for (let k = 0; k < stepCount; k++) {
        if (present[k] === 0) continue;
        if (at + POINT_BYTES > text.length) {
          emit(text, at);
          at = 0;
        }
        if (!isFirst) text[at++] = COMMA;
        isFirst = false;
        at = writePoint(startMs + k * stepMs, values[k], text, at);
      }
      if (at > 0) emit(text, at);
    },
  };
}

const COMMA = 44;
const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** Writes `[seconds,"value"]` and returns the index behind it; at most 64 bytes. */
export function writePoint(timeMs: number, value: number, out: Uint8Array, start: number): number {
  let at = start;
  out[at++] = 91;
  at = writeSeconds(timeMs, out, at);
  out[at++] = COMMA;
  at = writeQuoted(value, out, at);
  out[at++] = 93;
  return at;
}

/** Writes `"value"` and returns the index behind it. */
export function writeQuoted(value: number, out: Uint8Array, start: number): number {
  let at = start;
  out[at++] = QUOTE;
  at = writeJsonFloat(value, out, at);
  out[at++] = QUOTE;
  return at;
}

/** Milliseconds as seconds with three decimals, or with none where they would be zero. */
export function writeSeconds(timeMs: number, out: Uint8Array, start: number): number {
  let at = start;
  let rest = timeMs;
  if (rest < 0) {
    out[at++] = MINUS;
    rest = -rest;
  }
  const seconds = Math.floor(rest / 1000);
  at = writeJsonFloat(seconds, out, at);
  const milliseconds = rest - seconds * 1000;
  if (milliseconds === 0) return at;
  out[at++] = POINT;
  out[at++] = ZERO + Math.floor(milliseconds / 100);
  out[at++] = ZERO + (Math.floor(milliseconds / 10) % 10);
  out[at++] = ZERO + (milliseconds % 10);
  return at;
}

/** Room that one point needs. */
export const MAX_POINT_BYTES: number = Math.max(POINT_BYTES, JSON_FLOAT_BYTES);
