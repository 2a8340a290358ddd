import type { Matcher } from "@ferula/model";
import type { WorkerPool } from "@ferula/promql";
import type { ListingSource } from "@ferula/storage";
import { releaseAll } from "../query/listing.ts";
import { openLight } from "../query/open-light.ts";
import { type FederationForm, writeFederation } from "./write-federation.ts";

/** Which series another server asks for, and how it is told of them. */
export interface FederationRequest {
  /** Those are exposed that one of these finds; none finds none. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** The newest sample from here on counts, up to `maxTimeMs`. Both ends inclusive. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly form: FederationForm;
  /** Its abort cancels the request. */
  readonly signal: AbortSignal;
}

/** Hands an exposition on, piece by piece; while a promise of `onBytes` is open, the worker is held back. Fails with PromError. */
export type Federator = (request: FederationRequest, onBytes: (bytes: Uint8Array) => Promise<void> | void) => Promise<void>;

/** What the request of a `WritingJob` is, where it is a federation. */
export interface FederationTask {
  readonly task: "federation";
  readonly form: FederationForm;
}

/** What a federator is made of. */
export interface FederatorOptions {
  readonly pool: WorkerPool;
  readonly source: ListingSource;
  readonly timeoutMs: number;
}

/** Few series that are in memory are written on this thread, and wait for no query; a worker writes the rest. */
export function createFederator({ pool, source, timeoutMs }: FederatorOptions): Federator {
  return async ({ selectors, minTimeMs, maxTimeMs, form, signal }, onBytes) => {
    const pieces: Uint8Array[] = [];
    const selections = await source.selectAll(
      selectors.map((matchers) => ({ minTimeMs, maxTimeMs, matchers, hints: { latestAtMs: maxTimeMs } })),
    );
    // What is selected once serves wherever it is read, so that it is kept while a worker is waited for.
    try {
      const light = openLight(source, selections);
      if (light === undefined) {
        const request: FederationTask = { task: "federation", form };
        const task = { select: () => selections, release: () => undefined, onJson: onBytes };
        return await pool.write({ request, signal, timeoutMs, ...task });
      }
      writeFederation(form, light, { onChunk: (bytes) => pieces.push(bytes), check: () => undefined });
    } finally {
      releaseAll(source, selections);
    }
    for (const bytes of pieces) await onBytes(bytes);
  };
}
