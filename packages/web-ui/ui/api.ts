/** What the HTTP API answered, besides its data. */
export interface Answer<Data> {
  readonly data: Data;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly tookMs: number;
}

/** The API refused or could not be reached; the message is for people. */
export class ApiError extends Error {}

/** Calls `api/v1/<path>` with form parameters, as Grafana does: a long query fits into a body, not into an address. */
export async function call<Data>(path: string, params: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Answer<Data>> {
  const startedMs = performance.now();
  const isQuery = Object.keys(params).length > 0;
  const response = await fetch(`./api/v1/${path}`, {
    ...(isQuery ? { method: "POST", body: new URLSearchParams(params) } : {}),
    ...(signal ? { signal } : {}),
  });
  const body = await readJson(response);
  if (body.status !== "success") throw new ApiError(body.error ?? `the server answered ${response.status} ${response.statusText}`);
  return { data: body.data as Data, warnings: body.warnings ?? [], infos: body.infos ?? [], tookMs: performance.now() - startedMs };
}

interface Envelope {
  readonly status?: string;
  readonly data?: unknown;
  readonly error?: string;
  readonly warnings?: string[];
  readonly infos?: string[];
}

async function readJson(response: Response): Promise<Envelope> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Envelope;
  } catch {
    return { error: text.trim() || `the server answered ${response.status} ${response.statusText}` };
  }
}

/** The labels of a series, `__name__` among them. */
export type Labels = Readonly<Record<string, string>>;
/** A sample; the API writes values as text, `NaN` and `+Inf` among them. */
export type Point = readonly [timestampS: number, value: string];

/** The data of `query` and `query_range`. */
export type QueryResult =
  | { readonly resultType: "vector"; readonly result: readonly { readonly metric: Labels; readonly value?: Point }[] }
  | { readonly resultType: "matrix"; readonly result: readonly MatrixSeries[] }
  | { readonly resultType: "scalar" | "string"; readonly result: Point };

/** A series of a range query or a range vector; native histograms come without `values`. */
export interface MatrixSeries {
  readonly metric: Labels;
  readonly values?: readonly Point[];
}

/** An active target of `targets`; durations are seconds, times RFC 3339. */
export interface Target {
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly labels: Labels;
  readonly discoveredLabels: Labels;
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
  readonly lastScrape: string;
  readonly lastScrapeDuration: number;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

/** A group of `rules`; the interval is seconds. */
export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly rules: readonly Rule[];
}

/** A rule of a group; `duration` is seconds. Recording rules have no state. */
export interface Rule {
  readonly type: "alerting" | "recording";
  readonly name: string;
  readonly query: string;
  readonly duration?: number;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly health: string;
  readonly lastError?: string;
  readonly state?: "inactive" | "pending" | "firing";
  readonly alerts?: readonly {
    readonly labels: Labels;
    readonly annotations: Labels;
    readonly state: string;
    readonly activeAt?: string;
    readonly value: string;
  }[];
}
