export { sleep } from "./sleep.ts";
export { withDeadline } from "./with-deadline.ts";
export { runEvery, type RunEveryOptions } from "./run-every.ts";
export { runAll, type Component } from "./run-all.ts";
export { stopOnSignals, onSignal, type SignalSource, type StopOptions } from "./signals.ts";
export { exitOnUnexpected, type ErrorLog, type ExitOptions } from "./exit-on-unexpected.ts";
export { createBackoff, type Backoff, type BackoffOptions } from "./backoff.ts";
export { BoundedQueue, type BoundedQueueOptions, type PushOutcome } from "./bounded-queue.ts";
export { createTimeSlice, yieldToLoop, type TimeSlice } from "./time-slice.ts";
