import { goQuote } from "@ferula/durations";
import { parseFloatText, type Labels } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import type { Bucket, Exemplar, FamilyType, MetricFamily, Quantile } from "./metric-family.ts";

/** A sample as a line gives it: the labels sorted and without the metric's name, but with `le` and `quantile`. */
export interface OpenMetricsSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number | undefined;
  readonly exemplar: Exemplar | undefined;
}

/** What a line tells of its metric. */
type Part = "value" | "created" | "count" | "sum" | "bucket" | "quantile";

const COMPOSITE_PARTS = { _count: "count", _sum: "sum", _created: "created" } as const;

/** The suffixes of each type's samples, and what they tell. Upstream writes gauge histograms with the sums of the others. */
const PARTS: Readonly<Record<FamilyType, Readonly<Record<string, Part>>>> = {
  counter: { _total: "value", _created: "created" },
  gauge: { "": "value" },
  untyped: { "": "value" },
  stateset: { "": "value" },
  info: { _info: "value" },
  summary: { "": "quantile", ...COMPOSITE_PARTS },
  histogram: { _bucket: "bucket", ...COMPOSITE_PARTS },
  gaugehistogram: { _bucket: "bucket", _gcount: "count", _gsum: "sum", ...COMPOSITE_PARTS },
};

const SUFFIXES: ReadonlySet<string> = new Set(Object.values(PARTS).flatMap((parts) => Object.keys(parts)));

/** A family that is still being read. */
export interface OpenMetricsFamily {
  /** As the descriptions have it: without `_total` or `_info`. */
  readonly name: string;
  type: FamilyType | undefined;
  help: string | undefined;
  unit: string | undefined;
  readonly drafts: Draft[];
  /** The last one of each label set. */
  readonly draftsByLabels: Map<string, Draft>;
}

interface Draft {
  readonly labels: Labels;
  readonly buckets: Bucket[];
  readonly quantiles: Quantile[];
  value: number | undefined;
  count: number;
  sum: number;
  timestampMs: number | undefined;
  createdSeconds: number | undefined;
  exemplar: Exemplar | undefined;
}

interface Place {
  readonly family: OpenMetricsFamily;
  readonly part: Part;
}

/** Gathers the lines of an OpenMetrics body into families. What it throws are ExpositionErrors without a line. */
export class OpenMetricsBuilder {
  private readonly families: OpenMetricsFamily[] = [];
  /** The last one of each name: a gauge `x` and a counter whose samples are `x_total` have one name in their descriptions. */
  private readonly familiesByName = new Map<string, OpenMetricsFamily>();
  /** The names that families with samples have elsewhere: none may come again. */
  private readonly fullNames = new Set<string>();

  /** The family that a description names, made when it is new. */
  described(name: string): OpenMetricsFamily {
    const known = this.familiesByName.get(name);
    return known === undefined || known.drafts.length > 0 ? this.open(name) : known;
  }

  /** Adds a sample to the family that its name belongs to; one that belongs to none is a family of unknown type. */
  add(sample: OpenMetricsSample): void {
    const { family, part } = this.placeOf(sample.name);
    family.type ??= "untyped";
    if (family.drafts.length === 0) this.start(family);
    if (sample.exemplar !== undefined && part !== "bucket" && !(part === "value" && family.type === "counter")) {
      throw new ExpositionError(0, `exemplar not allowed on metric ${goQuote(sample.name)}`);
    }
    const draft = draftFor(family, part, sample);
    if (part !== "created") draft.timestampMs = sample.timestampMs ?? draft.timestampMs;
    addPart(family, draft, part, sample);
  }

  /** What was read, in order of first appearance, without families that got no sample. */
  finished(): MetricFamily[] {
    return this.families.filter(({ drafts }) => drafts.length > 0).map(close);
  }

  private placeOf(sampleName: string): Place {
    for (const suffix of SUFFIXES) {
      const family = sampleName.endsWith(suffix)
        ? this.familiesByName.get(sampleName.slice(0, sampleName.length - suffix.length))
        : undefined;
      const part = family === undefined ? undefined : partOf(family, suffix);
      if (family !== undefined && part !== undefined) return { family, part };
    }
    const known = this.familiesByName.get(sampleName);
    if (known !== undefined) throw new ExpositionError(0, `sample ${goQuote(sampleName)} missing required suffix for type ${known.type}`);
    return { family: this.open(sampleName), part: "value" };
  }

  private open(name: string): OpenMetricsFamily {
    const family = { name, type: undefined, help: undefined, unit: undefined, drafts: [], draftsByLabels: new Map() };
    this.families.push(family);
    this.familiesByName.set(name, family);
    return family;
  }

  private start(family: OpenMetricsFamily): void {
    const fullName = fullNameOf(family);
    if (this.fullNames.has(fullName)) throw new ExpositionError(0, `metadata for metric ${goQuote(fullName)} after samples`);
    this.fullNames.add(fullName);
  }
}

function partOf({ type }: OpenMetricsFamily, suffix: string): Part | undefined {
  const parts = PARTS[type ?? "untyped"];
  return Object.hasOwn(parts, suffix) ? parts[suffix] : undefined;
}

/** A number that comes again is another metric: with another time, or twice the same, which `checkConsistency` finds. */
function draftFor(family: OpenMetricsFamily, part: Part, { labels }: OpenMetricsSample): Draft {
  const own = part === "bucket" ? without(labels, "le") : part === "quantile" ? without(labels, "quantile") : labels;
  const key = JSON.stringify(own);
  const known = family.draftsByLabels.get(key);
  const isTaken = part === "value" ? known?.value !== undefined : part === "created" && known?.createdSeconds !== undefined;
  if (known !== undefined && !isTaken) return known;
  const draft: Draft = {
    labels: own,
    buckets: [],
    quantiles: [],
    value: undefined,
    count: 0,
    sum: 0,
    timestampMs: undefined,
    createdSeconds: undefined,
    exemplar: undefined,
  };
  family.drafts.push(draft);
  family.draftsByLabels.set(key, draft);
  return draft;
}

function addPart(family: OpenMetricsFamily, draft: Draft, part: Part, { labels, value, exemplar }: OpenMetricsSample): void {
  if (part === "bucket" || part === "count" || (part === "value" && family.type === "counter")) {
    if (!(value >= 0)) throw new ExpositionError(0, `negative or NaN count for ${family.type} ${goQuote(family.name)}`);
  }
  switch (part) {
    case "value":
      draft.value = value;
      draft.exemplar = exemplar;
      return;
    case "created":
      draft.createdSeconds = value;
      return;
    case "count":
      draft.count = value;
      return;
    case "sum":
      draft.sum = value;
      return;
    case "bucket": {
      const upperBound = boundOf(family, labels, "le");
      draft.buckets.push({ upperBound, cumulativeCount: value, ...(exemplar === undefined ? {} : { exemplar }) });
      return;
    }
    case "quantile":
      draft.quantiles.push({ quantile: boundOf(family, labels, "quantile"), value });
  }
}

function boundOf(family: OpenMetricsFamily, labels: Labels, name: "le" | "quantile"): number {
  const at = labels.findIndex((text, i) => i % 2 === 0 && text === name);
  if (at < 0) throw new ExpositionError(0, `missing ${name} label for ${family.type} ${goQuote(family.name)}`);
  const bound = parseFloatText(labels[at + 1]);
  if (bound === undefined || Number.isNaN(bound)) {
    throw new ExpositionError(0, `invalid ${name} ${goQuote(labels[at + 1])} for ${family.type} ${goQuote(family.name)}`);
  }
  return bound;
}

function without(labels: Labels, name: string): Labels {
  const at = labels.findIndex((text, i) => i % 2 === 0 && text === name);
  return at < 0 ? labels : [...labels.slice(0, at), ...labels.slice(at + 2)];
}

function close({ name, type = "untyped", help, unit, drafts }: OpenMetricsFamily): MetricFamily {
  const told = { ...(help === undefined ? {} : { help }), ...(unit === undefined ? {} : { unit }) };
  switch (type) {
    case "summary":
      return {
        name,
        type,
        ...told,
        metrics: drafts.map(({ quantiles, count, sum, ...draft }) => ({ ...headOf(draft), quantiles, count, sum })),
      };
    case "histogram":
    case "gaugehistogram":
      return {
        name,
        type,
        ...told,
        metrics: drafts.map(({ buckets, count, sum, ...draft }) => ({ ...headOf(draft), buckets, count, sum })),
      };
    default:
      return { name: fullNameOf({ name, type }), type, ...told, metrics: drafts.map((draft) => scalarOf(name, draft)) };
  }
}

/** The name that a family has here, in text and in protobuf. */
function fullNameOf({ name, type }: Pick<OpenMetricsFamily, "name" | "type">): string {
  return type === "counter" ? `${name}_total` : type === "info" ? `${name}_info` : name;
}

function scalarOf(name: string, { value, exemplar, ...draft }: Draft): ScalarOf {
  if (value === undefined) throw new ExpositionError(0, `counter ${goQuote(name)} missing _total value`);
  return { ...headOf(draft), value, ...(exemplar === undefined ? {} : { exemplar }) };
}

type ScalarOf = Head & { readonly value: number; readonly exemplar?: Exemplar };

interface Head {
  readonly labels: Labels;
  readonly timestampMs?: number;
  readonly createdSeconds?: number;
}

function headOf({ labels, timestampMs, createdSeconds }: Pick<Draft, "labels" | "timestampMs" | "createdSeconds">): Head {
  return {
    labels,
    ...(timestampMs === undefined ? {} : { timestampMs }),
    ...(createdSeconds === undefined ? {} : { createdSeconds }),
  };
}
