import type { MessagePort } from "node:worker_threads";
import type { FloatEncoding } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";
import type { LogFields } from "@ferula/logging";
import type { JobKind } from "./jobs.ts";
import type { PlainError } from "./plain-errors.ts";

/** What the worker of a database is started with. */
export interface WorkerStart {
  readonly memory: SharedMemory["memory"];
  /** The folder of the database. */
  readonly dir: string;
  readonly floatEncoding: FloatEncoding;
  /** The most of one chunk file of a block. */
  readonly blockSegmentBytes: number;
  /** Where chunks may be decoded, see `Db.reserveDecodeScratch`. */
  readonly decodeScratch: number;
  /** One word: 1 when the job that runs is to stop. */
  readonly stop: SharedArrayBuffer;
  /** The word of `serveSyncCalls`. */
  readonly answered: SharedArrayBuffer;
  /** Where the head answers. */
  readonly headPort: MessagePort;
}

/** A job to do; `task` is that of its kind. */
export interface JobRequest {
  readonly kind: JobKind;
  readonly task: unknown;
}

/** A line for the database's log. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** What the worker sends. */
export type JobMessage = JobAnswer | { readonly line: LogLine };

/** What became of it. */
export type JobAnswer = { readonly result: unknown } | { readonly error: PlainError };
