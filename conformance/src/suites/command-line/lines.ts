/** A command line, and how a server ends that is given it and a configuration that isn't there. */
export interface Line {
  readonly args: readonly string[];
  readonly code: number;
  /** Set where servers of the second version end otherwise. */
  readonly sinceThree?: boolean;
}

/** The code for a configuration that isn't there: the line itself was taken. */
const TAKEN = 2;
const REFUSED = 2;
const MALFORMED = 1;
const LATE = 1;
const OTHER_MODE = 3;

/** What can't be taken apart, what can't be read, what does not go together, and what is taken after all (cmd/prometheus/main.go). */
export const lines: readonly Line[] = [
  { args: ["--nope"], code: MALFORMED },
  { args: ["-c"], code: MALFORMED },
  { args: ["extra"], code: MALFORMED },
  { args: ["--", "extra"], code: MALFORMED },
  { args: ["--query.timeout"], code: MALFORMED },
  { args: ["--query.timeout", "-1m"], code: MALFORMED },
  { args: ["--no-query.timeout"], code: MALFORMED },
  { args: ["--web.enable-lifecycle=true"], code: MALFORMED },
  { args: ["@/nope/arguments"], code: MALFORMED },
  { args: ["@"], code: MALFORMED },
  { args: ["--nope", "--version"], code: MALFORMED },
  { args: ["--help", "--nope"], code: MALFORMED },
  { args: ["--version"], code: 0 },
  { args: ["--help"], code: 0 },
  { args: ["-h"], code: 0 },
  { args: ["--"], code: TAKEN },
  { args: ["--query.timeout=soon"], code: REFUSED },
  { args: ["--query.timeout=1.5h"], code: REFUSED },
  { args: ["--query.timeout=1m", "--query.timeout=2m"], code: REFUSED },
  { args: ["--web.enable-lifecycle", "--no-web.enable-lifecycle"], code: REFUSED },
  { args: ["--query.max-concurrency=x"], code: REFUSED },
  { args: ["--query.max-samples=1_000"], code: TAKEN },
  { args: ["--log.level=trace"], code: REFUSED },
  { args: ["--log.level=DEBUG"], code: TAKEN },
  { args: ["--log.format=xml"], code: REFUSED },
  { args: ["--storage.tsdb.retention.time=1x"], code: REFUSED },
  { args: ["--storage.tsdb.retention.size=1x"], code: REFUSED },
  { args: ["--storage.tsdb.retention.size=1"], code: REFUSED },
  { args: ["--storage.tsdb.wal-compression-type=lz4"], code: REFUSED, sinceThree: true },
  { args: ["--storage.tsdb.block-reload-interval=x"], code: REFUSED, sinceThree: true },
  { args: ["--scrape.timestamp-tolerance=2"], code: REFUSED },
  { args: ["--scrape.timestamp-tolerance=1d"], code: TAKEN },
  { args: ["--web.cors.origin=("], code: REFUSED },
  { args: ['--web.external-url="http://x"'], code: REFUSED },
  { args: ["--web.external-url=http://x/%zz"], code: REFUSED },
  { args: ["--web.external-url=http://x:y"], code: REFUSED },
  { args: ["--web.listen-address=nope"], code: REFUSED },
  { args: ["--web.remote-write-receiver.accepted-protobuf-messages=x"], code: REFUSED, sinceThree: true },
  { args: ["--web.search.max-limit=-1"], code: LATE },
  { args: ["--auto-gomemlimit.ratio=0"], code: LATE },
  { args: ["--enable-feature=otlp-deltatocumulative,otlp-native-delta-ingestion"], code: LATE, sinceThree: true },
  { args: ["--enable-feature=nope"], code: TAKEN },
  { args: ["--storage.agent.path=x"], code: OTHER_MODE },
  { args: ["--storage.agent.no-lockfile", "--storage.agent.path=x"], code: OTHER_MODE, sinceThree: true },
];
