import { Gauge, Pushgateway, Registry } from "@ferula/client";

/** One run of the job: how long it took, how much it did, and whether it went well. */
export interface Run {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly records: number;
  readonly failed: boolean;
}

/** What one in every so many runs is: the job fails sometimes, as jobs do. */
const FAILS_ONE_IN = 6;

/** The work: pretends to settle invoices. `index` counts the runs from 0; the fourth of every six fails half way. */
export async function work(index: number, random: () => number, pause: (ms: number) => Promise<void>, nowMs: () => number): Promise<Run> {
  const startedMs = nowMs();
  const failed = index % FAILS_ONE_IN === 3;
  const records = 50 + Math.floor(random() * 200);
  await pause(200 + 800 * random());
  return { startedMs, endedMs: nowMs(), records: failed ? Math.floor(records / 2) : records, failed };
}

/**
 * Pushes what a run has to tell. Metrics of a run replace those of the run before; the time of the last success stands in the gateway
 * until there is another, so a failed run leaves it alone (`pushAdd`).
 */
export async function pushRun(run: Run, gateway: Pushgateway, registry: Registry): Promise<void> {
  registry.clear();
  const registers = [registry];
  const gauge = (name: string, help: string, value: number): void => new Gauge({ name, help, registers }).set(value);
  gauge("batch_duration_seconds", "How long the last run took.", (run.endedMs - run.startedMs) / 1000);
  gauge("batch_records_processed", "How many records the last run processed.", run.records);
  if (run.failed) gauge("batch_last_failure_timestamp_seconds", "When a run last failed.", run.endedMs / 1000);
  else gauge("batch_last_success_timestamp_seconds", "When a run last went well.", run.endedMs / 1000);
  await gateway.pushAdd({ jobName: "settle-invoices" });
}
