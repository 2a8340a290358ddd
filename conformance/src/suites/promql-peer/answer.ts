/** Time in seconds and value as text, or a histogram as the API writes it. */
export type Point = readonly [timeSeconds: number, value: unknown];

/** A series of an answer, its points in order of time. */
export interface AnsweredSeries {
  readonly values: readonly Point[];
  readonly histograms: readonly Point[];
}

/** What a server makes of a query. */
export interface Answer {
  readonly status: number;
  readonly errorType: string;
  readonly error: string;
  readonly resultType: string;
  /** By their labels as JSON, in the order in which they were listed. */
  readonly series: ReadonlyMap<string, AnsweredSeries>;
  /** Warnings and infos in one order. */
  readonly notes: readonly string[];
}

/** A question to `/api/v1/query`, or to `/api/v1/query_range` where it has a step. Times in seconds. */
export interface Question {
  readonly query: string;
  readonly start: number;
  readonly end: number;
  readonly step: number | undefined;
}

interface ListedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Point;
  readonly histogram?: Point;
  readonly values?: readonly Point[];
  readonly histograms?: readonly Point[];
}

interface Envelope {
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: readonly ListedSeries[] | Point };
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** Asks the server at `url`. Throws when what it sends is no answer of the API. */
export async function ask(url: string, { query, start, end, step }: Question): Promise<Answer> {
  const [path, times] =
    step === undefined
      ? ["query", { time: String(start) }]
      : ["query_range", { start: String(start), end: String(end), step: String(step) }];
  const response = await fetch(`${url}/api/v1/${path}`, { method: "POST", body: new URLSearchParams({ query, ...times }) });
  const { errorType = "", error = "", data, warnings = [], infos = [] } = (await response.json()) as Envelope;
  return {
    status: response.status,
    errorType,
    error,
    resultType: data?.resultType ?? "",
    series: seriesOf(data),
    notes: [...warnings.map((text) => `warning: ${text}`), ...infos.map((text) => `info: ${text}`)].toSorted(),
  };
}

/** A number or a string is one series without labels. */
function seriesOf(data: Envelope["data"]): ReadonlyMap<string, AnsweredSeries> {
  if (data === undefined) return new Map();
  if (data.resultType === "scalar" || data.resultType === "string") {
    return new Map([["", { values: [data.result as Point], histograms: [] }]]);
  }
  return new Map(
    (data.result as readonly ListedSeries[]).map(({ metric, value, histogram, values, histograms }) => [
      JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      { values: values ?? (value === undefined ? [] : [value]), histograms: histograms ?? (histogram === undefined ? [] : [histogram]) },
    ]),
  );
}
