import { storedSeries, type StoredSeries } from "./stored-series.ts";

/** What a server made of a case, as lines that can be held against another server's. */
export interface Observation {
  /** Each sample: its series, its value, and when: `@2` is the time of the third scrape, `base-5000` a time told by the target; and since when its counter counts, where that is stored. */
  readonly samples: readonly string[];
  /** Its targets at the end. */
  readonly targets: readonly string[];
  /** What was wrong with its scrapes. */
  readonly errors: readonly string[];
  readonly metadata: readonly string[];
  readonly exemplars: readonly string[];
}

/** What is compared of a case. */
export type Aspect = keyof Observation;
export const aspects: readonly Aspect[] = ["samples", "targets", "errors", "metadata", "exemplars"];

type Texts = Readonly<Record<string, string>>;

interface ActiveTarget {
  readonly labels: Texts;
  readonly discoveredLabels: Texts;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly lastError: string;
  readonly lastScrape: string;
  readonly health: string;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

interface TargetAnswer {
  readonly activeTargets: readonly ActiveTarget[];
  readonly droppedTargets: readonly { readonly discoveredLabels: Texts }[];
}

/** Notes what targets tell while they are scraped. */
export interface Watcher {
  /** Asks for the targets and notes what is new. */
  readonly look: () => Promise<void>;
  /** By case: the errors of its targets, each once, in one order. */
  readonly errorsOf: (name: string) => readonly string[];
}

/** A watcher of a server. */
export function watchErrors(url: string): Watcher {
  const errors = new Map<string, string[]>();
  return {
    async look() {
      const { activeTargets } = await ask<TargetAnswer>(url, "targets");
      for (const { labels, lastError } of activeTargets) {
        const name = labels["case"] ?? "";
        const told = errors.get(name) ?? [];
        const error = withoutPlaces(lastError);
        if (error !== "" && !told.includes(error)) errors.set(name, [...told, error]);
      }
    },
    errorsOf: (name) => errors.get(name)?.toSorted() ?? [],
  };
}

/** A server whose targets went through all steps. */
export interface Observed {
  readonly url: string;
  readonly dataFolder: string;
  readonly watcher: Watcher;
  /** Stops the server, which is asked before, and whose folder is read then. */
  readonly stop: () => Promise<unknown>;
}

/** Reads everything that a server has of the cases; `stepsOf` says how many of a case's scrapes count. */
export async function observe(
  { url, dataFolder, watcher, stop }: Observed,
  stepsOf: ReadonlyMap<string, number>,
  baseMs: number,
): Promise<ReadonlyMap<string, Observation>> {
  const { activeTargets, droppedTargets } = await ask<TargetAnswer>(url, "targets");
  const metadata = await ask<readonly Metadata[]>(url, "targets/metadata");
  const exemplars = await ask<readonly ExemplarSeries[]>(
    url,
    `query_exemplars?${new URLSearchParams({ query: '{case=~".+"}', start: String(baseMs / 1000 - 3600), end: String(baseMs / 1000 + 3600) })}`,
  );
  await stop();
  const series = await storedSeries(dataFolder);
  const times = scrapeTimes(series);
  return new Map(
    [...stepsOf].map(([name, steps]) => {
      const timeOf = (labels: ReadonlyMap<string, string>, timestampMs: number): string | undefined =>
        relativeTime(times.get(key(labels)) ?? [], steps, timestampMs, baseMs);
      return [
        name,
        {
          samples: series.filter(({ labels }) => labels.get("case") === name).flatMap((one) => sampleLines(one, timeOf)),
          targets: [
            ...activeTargets.filter(({ labels }) => labels["case"] === name).map(targetLine),
            ...droppedTargets.filter(({ discoveredLabels }) => discoveredLabels["case"] === name).map(droppedLine),
          ].toSorted(),
          errors: watcher.errorsOf(name),
          metadata: metadata
            .filter(({ target }) => target["case"] === name)
            .map(metadataLine)
            .toSorted(),
          exemplars: exemplars.filter(({ seriesLabels }) => seriesLabels["case"] === name).flatMap((one) => exemplarLines(one, timeOf)),
        },
      ];
    }),
  );
}

interface Metadata {
  readonly target: Texts;
  readonly metric: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

interface ExemplarSeries {
  readonly seriesLabels: Texts;
  readonly exemplars: readonly { readonly labels: Texts; readonly value: string; readonly timestamp: number }[];
}

type TimeOf = (labels: ReadonlyMap<string, string>, timestampMs: number) => string | undefined;

/** Asks the API. Throws what it says of an error. */
export async function ask<Data>(url: string, path: string): Promise<Data> {
  const response = await fetch(`${url}/api/v1/${path}`);
  const { data, error } = (await response.json()) as { readonly data?: Data; readonly error?: string };
  if (data === undefined) throw new Error(`${path}: ${error ?? response.status}`);
  return data;
}

/** Of the target that a series is of. */
function key(labels: ReadonlyMap<string, string>): string {
  return `${labels.get("case")} ${labels.get("target") ?? ""}`;
}

/** When each target was scraped, in order: by a series that no target sends itself. A reload may change its labels. */
function scrapeTimes(series: readonly StoredSeries[]): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>();
  for (const { labels, samples } of series) {
    if (labels.get("__name__") !== "scrape_duration_seconds") continue;
    const scrapes = samples.filter(({ value }) => value !== "stale").map(({ timestampMs }) => timestampMs);
    times.set(
      key(labels),
      [...(times.get(key(labels)) ?? []), ...scrapes].toSorted((a, b) => a - b),
    );
  }
  return times;
}

/** The number of the scrape, or the distance to the base; undefined: behind the steps, where scrapes repeat the last one. */
function relativeTime(times: readonly number[], steps: number, timestampMs: number, baseMs: number): string | undefined {
  const at = times.indexOf(timestampMs);
  if (at >= 0 && at < steps) return String(at);
  const next = times.indexOf(timestampMs + 1);
  if (next >= 0 && next < steps) return `${next} less 1 ms`;
  const last = times[steps - 1] ?? Infinity;
  if (timestampMs > last && timestampMs < last + MOST_BEHIND_MS) return undefined;
  return `base${timestampMs < baseMs ? "" : "+"}${timestampMs - baseMs}`;
}

/** Longer than a run, and shorter than what a target dates ahead. */
const MOST_BEHIND_MS = 120_000;

/** Behind the last step nothing changes but by the reload, so that only markers count, whose time is no server's choice. */
function sampleLines({ labels, samples }: StoredSeries, timeOf: TimeOf): readonly string[] {
  const name = [...labels].map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(",");
  const isDuration = labels.get("__name__") === "scrape_duration_seconds";
  return samples.flatMap(({ timestampMs, value, startMs }) => {
    const time = timeOf(labels, timestampMs);
    const isStale = value.startsWith("stale");
    if (time === undefined) return isStale ? [`{${name}} ${value} later`] : [];
    const start = startMs === 0 ? "" : ` since ${timeOf(labels, startMs) ?? "later"}`;
    return [`{${name}} ${isDuration && !isStale ? "*" : value} @${time}${start}`];
  });
}

function exemplarLines({ seriesLabels, exemplars }: ExemplarSeries, timeOf: TimeOf): readonly string[] {
  const labels = new Map(Object.entries(seriesLabels));
  return exemplars.flatMap((one) => {
    const time = timeOf(labels, Math.round(one.timestamp * 1000));
    return time === undefined ? [] : [`${JSON.stringify(seriesLabels)} ${JSON.stringify(one.labels)} ${one.value} @${time}`];
  });
}

function targetLine(target: ActiveTarget): string {
  const { labels, discoveredLabels, scrapePool, scrapeUrl, health, scrapeInterval, scrapeTimeout } = target;
  const state = [scrapePool, scrapeUrl, health, scrapeInterval, scrapeTimeout].join(" ");
  return withoutPlaces(`${state} ${JSON.stringify(labels)} ${JSON.stringify(discoveredLabels)}`);
}

function droppedLine({ discoveredLabels }: { readonly discoveredLabels: Texts }): string {
  return withoutPlaces(`dropped ${JSON.stringify(discoveredLabels)}`);
}

function metadataLine({ metric, type, help, unit }: Metadata): string {
  return `${metric} ${type} ${JSON.stringify(help)} ${JSON.stringify(unit)}`;
}

/** Ports are chosen anew for each server, and ours alone tells the line of a fault. */
function withoutPlaces(line: string): string {
  return line.replaceAll(/127\.0\.0\.1:\d+/g, "HOST").replace(/^line \d+: /, "");
}
