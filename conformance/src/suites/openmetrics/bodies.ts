/** A body of upstream's and what is in it. */
export interface Body {
  /** Its name in the folder `openmetrics` of the data files. */
  readonly file: string;
  readonly contentType: string;
  /** TYPE lines or, without any, names; the files' own names tell as much. */
  readonly families: number;
  /** Metrics: what has labels of its own. A histogram is one. */
  readonly metrics: number;
  /** Lines that are neither comments nor times of creation. */
  readonly samples: number;
  /** Lines `_created`. */
  readonly created: number;
  readonly exemplars: number;
  /** What promtool finds fault with in the text that is written of it, where it can't read the body itself, as OpenMetrics. */
  readonly faults?: readonly string[];
}

const TEXT = "text/plain; version=0.0.4";
const OPENMETRICS = "application/openmetrics-text; version=1.0.0";

/** The counts are those of upstream's parsers (model/textparse of 3.14; common/expfmt for families and metrics of text). */
export const bodies: readonly Body[] = [
  {
    file: "1histogram.om.txt",
    contentType: OPENMETRICS,
    families: 1,
    metrics: 3,
    samples: 42,
    created: 0,
    exemplars: 0,
    faults: ["golang_manual_histogram_seconds metric name should not include type 'histogram'"],
  },
  {
    file: "alltypes.5mfs.om.txt",
    contentType: OPENMETRICS,
    families: 5,
    metrics: 10,
    samples: 44,
    created: 9,
    exemplars: 6,
    faults: ["rpc_durations_histogram_seconds metric name should not include type 'histogram'"],
  },
  { file: "alltypes.237mfs.prom.txt", contentType: TEXT, families: 237, metrics: 641, samples: 1857, created: 0, exemplars: 0 },
  { file: "alltypes.237mfs.nometa.prom.txt", contentType: TEXT, families: 291, metrics: 1857, samples: 1857, created: 0, exemplars: 0 },
];
