/** A job's fields, as the configuration has them. */
export type JobFields = Readonly<Record<string, unknown>>;

/** A job with one target that answers by a script, whose stored series are compared. */
export interface ScrapeCase {
  /** The job's name, the target's path, and the value of the label `case` that all of its series carry. */
  readonly name: string;
  /** One a scrape; the last is repeated. */
  readonly steps: readonly Step[];
  readonly job?: JobFields;
  /** Fields that 2.x does not know. */
  readonly since3?: JobFields;
  /** Whether the case means nothing to 2.x. */
  readonly needs3?: boolean;
  /** What `--enable-feature` has of the servers beside what all have; then the case means nothing to 2.x. */
  readonly features?: string;
  /** How many targets there are, told apart by the label `target`. Default: one without the label. */
  readonly targets?: number;
  /** What a reload behind the last step makes of the job: "removed", or fields that are set. */
  readonly reload?: "removed" | JobFields;
}

/** What a target answers to one scrape. */
export interface Step {
  /** `baseMs` is one time for both servers, shortly before the first scrape. */
  readonly body: (baseMs: number) => string | Uint8Array;
  /** "": the answer has none. */
  readonly contentType: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly isGzipped: boolean;
  /** "never": half of the body comes and nothing more; "early": then the connection ends; "reset": it ends before the answer. */
  readonly ends: "well" | "never" | "early" | "reset";
}

export const TEXT = "text/plain; version=0.0.4; charset=utf-8";
export const TEXT_1 = "text/plain; version=1.0.0; escaping=allow-utf-8; charset=utf-8";
export const OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
export const OPENMETRICS_0 = "application/openmetrics-text; version=0.0.1; charset=utf-8";
export const PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

const WELL: Omit<Step, "body"> = { contentType: TEXT, status: 200, headers: {}, isGzipped: false, ends: "well" };

/** A text body of the lines, or what `more` says. */
export function text(lines: string | readonly string[], more: Partial<Step> = {}): Step {
  const body = typeof lines === "string" ? lines : lines.map((line) => `${line}\n`).join("");
  return { ...WELL, body: () => body, ...more };
}

/** A text body in which `{-5s}` is a time in milliseconds and `{-5s.}` one in seconds, both relative to the base. */
export function timedText(lines: readonly string[], more: Partial<Step> = {}): Step {
  const body = (baseMs: number): string =>
    lines
      .map((line) => `${line}\n`)
      .join("")
      .replaceAll(/\{([+-]\d+)s(\.?)\}/g, (_, seconds: string, dot: string) => {
        const atMs = baseMs + Number(seconds) * 1000;
        return dot === "" ? String(atMs) : (atMs / 1000).toFixed(3);
      });
  return { ...WELL, body, ...more };
}

/** OpenMetrics with its last line. */
export function openMetrics(lines: readonly string[], more: Partial<Step> = {}): Step {
  return timedText([...lines, "# EOF"], { contentType: OPENMETRICS, ...more });
}

/** Delimited families. */
export function protobuf(body: Uint8Array | ((baseMs: number) => Uint8Array)): Step {
  return { ...WELL, contentType: PROTOBUF, body: typeof body === "function" ? body : () => body };
}

/** An answer without metrics. */
export function failure(more: Partial<Step>): Step {
  return text("", more);
}
