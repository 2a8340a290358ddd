import { expect } from "../harness.ts";
import { type Ledger, valueOf } from "./ledger.ts";
import { METRIC } from "./senders.ts";

/** What an audit found. */
export interface Tally {
  /** Acknowledged samples that were looked for. */
  acknowledged: number;
  /** Those of them that were not there. */
  lost: number;
  /** Samples that nobody sent, or that are there twice. */
  phantom: number;
  /** Samples that are there though nobody was told so. */
  unacknowledged: number;
  /** The first few that are wrong. */
  readonly examples: string[];
}

/** Nothing found. */
export function emptyTally(): Tally {
  return { acknowledged: 0, lost: 0, phantom: 0, unacknowledged: 0, examples: [] };
}

/** What a source has of one series. */
export interface FoundSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [timestampMs: number, value: number])[];
}

/** Finds all series of a sender, with their samples whose times lie in `(fromMs, toMs]`. */
export type Source = (sender: string, fromMs: number, toMs: number) => Promise<readonly FoundSeries[]>;

/** So much is asked for at once. */
const SLICE_MS = 60_000;

/** What a running server answers. */
export function serverSource(url: string): Source {
  return (sender, fromMs, toMs) => matrix(url, `${METRIC}{sender="${sender}"}`, fromMs, toMs);
}

/** Holds all samples of a sender in the range against its ledger. What is sent meanwhile is not expected. */
export async function auditLedger(source: Source, ledger: Ledger, fromMs: number, toMs: number, tally: Tally): Promise<void> {
  for (let startMs = fromMs; startMs < toMs; startMs += SLICE_MS) {
    await auditSlice(source, ledger, startMs, Math.min(startMs + SLICE_MS, toMs), tally);
  }
}

async function auditSlice(source: Source, ledger: Ledger, fromMs: number, toMs: number, tally: Tally): Promise<void> {
  const expected = ledger.requests.filter(
    ({ timestampMs, isAcknowledged }) => isAcknowledged && timestampMs > fromMs && timestampMs <= toMs,
  );
  const found = new Map<number, number>();
  for (const { labels, samples } of await source(ledger.sender, fromMs, toMs)) {
    for (const [timestampMs, value] of samples) check(labels, timestampMs, value);
  }
  for (const request of expected) {
    const count = found.get(request.id) ?? 0;
    tally.acknowledged += ledger.samplesPerRequest;
    if (count >= ledger.samplesPerRequest) continue;
    tally.lost += ledger.samplesPerRequest - count;
    tell(tally, `lost: ${ledger.samplesPerRequest - count} samples of request ${request.id} of ${ledger.sender} at ${request.timestampMs}`);
  }

  function check(labels: FoundSeries["labels"], timestampMs: number, value: number): void {
    const request = ledger.at(timestampMs);
    const isOwn = labels["request"] === undefined || labels["request"] === String(request?.id);
    if (request === undefined || !isOwn || value !== valueOf(request, Number(labels["series"]))) {
      tally.phantom++;
      tell(tally, `phantom: ${JSON.stringify(labels)} ${value} at ${timestampMs}, request ${request?.id}`);
      return;
    }
    const count = (found.get(request.id) ?? 0) + 1;
    found.set(request.id, count);
    if (!request.isAcknowledged) tally.unacknowledged++;
    if (count <= ledger.samplesPerRequest) return;
    tally.phantom++;
    tell(tally, `twice: ${JSON.stringify(labels)} ${value} at ${timestampMs}`);
  }
}

interface MatrixRow {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [timeS: number, value: string])[];
}

/** All floats of a selector with times in `(fromMs, toMs]`. */
export async function matrix(url: string, selector: string, fromMs: number, toMs: number): Promise<readonly FoundSeries[]> {
  const body = new URLSearchParams({ query: `${selector}[${Math.round(toMs - fromMs)}ms]`, time: String(toMs / 1000) });
  const response = await fetch(`${url}/api/v1/query`, { method: "POST", body });
  const { data, error } = (await response.json()) as { data?: { result: readonly MatrixRow[] }; error?: string };
  if (data === undefined) throw new Error(`${selector}: ${error ?? `status ${response.status}`}`);
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    samples: values.map(([timeS, value]) => [Math.round(timeS * 1000), Number(value)] as const),
  }));
}

/** Throws unless nothing is lost and nothing was made up. */
export function expectSound(tally: Tally, when: string, output: () => string): void {
  const sound = tally.lost === 0 && tally.phantom === 0;
  expect(
    sound,
    `${when}: of ${tally.acknowledged} acknowledged samples ${tally.lost} are lost, ${tally.phantom} samples are phantoms\n${tally.examples.join("\n")}\n${sound ? "" : output()}`,
  );
}

/** Throws when there is a sender of which nothing was acknowledged: then an audit of it proves nothing. */
export function expectAcknowledged(ledgers: readonly Ledger[]): void {
  const silent = ledgers.filter(({ requests }) => !requests.some(({ isAcknowledged }) => isAcknowledged));
  const told = silent.map(({ sender, requests }) => `${sender} (${requests.length} requests)`).join(", ");
  expect(silent.length === 0, `nothing was acknowledged of what was sent by ${told}`);
}

function tell({ examples }: Tally, example: string): void {
  if (examples.length < 10) examples.push(example);
}
