import { createTimeSlice } from "@ferula/lifecycle";

/** Long work in steps of a fraction of a millisecond: whoever runs it may give others their turn between them. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all of it at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 5;

/** Does it in slices, between which the event loop has its turn. */
export async function runInSlices<T>(steps: Steps<T>): Promise<T> {
  const slice = createTimeSlice(SLICE_MS);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (slice.isSpent()) await slice.yield();
  }
}
