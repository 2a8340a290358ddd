import type { StateObserver } from "@ferula/alerting";
import { Counter, Gauge, Histogram, Summary, type Registry } from "@ferula/client";

/** The metrics of a state on disk. */
export interface StateMetrics {
  readonly observer: StateObserver;
  /** Does a maintenance and counts it, also when it fails; then with its error. */
  readonly maintain: (work: () => void) => void;
}

/** What upstream calls things in the help texts of each state (silence/silence.go, nflog/nflog.go). */
const WORDS = {
  silences: {
    gc: "silence garbage collection",
    snapshot: "silence",
    maintained: "silences",
    queries: "How many silence queries were received.",
    queryErrors: "How many silence received queries did not succeed.",
    query: "silence",
  },
  nflog: {
    gc: "notification log garbage collection",
    snapshot: "notification log",
    maintained: "the notification log",
    queries: "Number of notification log queries were received.",
    queryErrors: "Number notification log received queries that failed.",
    query: "notification log",
  },
} as const;

/** Registers the metrics of one state. */
export function createStateMetrics(registry: Registry, state: keyof typeof WORDS): StateMetrics {
  const registers = [registry];
  const words = WORDS[state];
  const name = (rest: string): string => `alertmanager_${state}_${rest}`;
  const collected = new Summary({ name: name("gc_duration_seconds"), help: `Duration of the last ${words.gc} cycle.`, registers });
  const snapshot = new Summary({
    name: name("snapshot_duration_seconds"),
    help: `Duration of the last ${words.snapshot} snapshot.`,
    registers,
  });
  const size = new Gauge({ name: name("snapshot_size_bytes"), help: `Size of the last ${words.snapshot} snapshot in bytes.`, registers });
  const maintained = `How many maintenances were executed for ${words.maintained}`;
  const maintenances = new Counter({ name: name("maintenance_total"), help: `${maintained}.`, registers });
  const failures = new Counter({ name: name("maintenance_errors_total"), help: `${maintained} that failed.`, registers });
  const queries = new Counter({ name: name("queries_total"), help: words.queries, registers });
  // Always 0: everything is in memory, where no query fails.
  new Counter({ name: name("query_errors_total"), help: words.queryErrors, registers });
  const query = new Histogram({ name: name("query_duration_seconds"), help: `Duration of ${words.query} query evaluation.`, registers });
  return {
    observer: {
      onQuery(seconds) {
        queries.inc();
        query.observe(seconds);
      },
      onCollected: (seconds) => collected.observe(seconds),
      onSnapshot(seconds, sizeBytes) {
        snapshot.observe(seconds);
        size.set(sizeBytes);
      },
    },
    maintain(work) {
      maintenances.inc();
      try {
        work();
      } catch (error) {
        failures.inc();
        throw error;
      }
    },
  };
}
