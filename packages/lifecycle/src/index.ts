export { onAbort } from "./on-abort.ts";
export { sleep } from "./sleep.ts";
export { withDeadline } from "./with-deadline.ts";
export { runEvery, type RunEveryOptions } from "./run-every.ts";
export { stopOnSignals, onSignal, type SignalSource, type StopOptions } from "./signals.ts";
export { exitOnUnexpected, type ErrorLog, type ExitOptions } from "./exit-on-unexpected.ts";
export { createBackoff, type Backoff, type BackoffOptions } from "./backoff.ts";
export { createTimeSlice, type TimeSlice } from "./time-slice.ts";
export { createClosingStack, type ClosingStack } from "./closing-stack.ts";
