import { setTimeout as sleep } from "node:timers/promises";
import { createIntegerHistogram, createSampleColumns, type Labels } from "@ferula/model";
import { encodeWriteRequest, encodeWriteRequestV2, type OutgoingSeries, packSnappy, type WireHistogram } from "@ferula/wire";
import { createLedger, type Ledger, type SentRequest, valueOf } from "./ledger.ts";

/** How far back samples out of order are sent; the server's window is larger. */
export const LATE_MS = 40_000;
/** An answer takes no longer than this. */
const ANSWER_TIMEOUT_MS = 10_000;

/** One way to write, and all that was written so. */
export interface Sender {
  readonly ledger: Ledger;
  readonly version: 1 | 2;
  /** The time of the next request. */
  readonly nextTimeMs: () => number;
  readonly series: (request: SentRequest) => readonly OutgoingSeries[];
}

/** The senders of a test whose samples can be queried: floats, samples out of order, and series that have one sample each. */
export function createSenders(): readonly Sender[] {
  return [
    sender({ name: "plain", version: 1, samples: 100, nextTime: ascending, series: floats(100) }),
    sender({ name: "current", version: 2, samples: 40, nextTime: ascending, series: floats(40) }),
    sender({ name: "late", version: 2, samples: 40, nextTime: anywhere, series: floats(40) }),
    sender({ name: "fresh", version: 1, samples: 10, nextTime: ascending, series: floats(10, true) }),
  ];
}

/** One of native histograms. */
export function createHistogramSender(): Sender {
  return sender({ name: "histograms", version: 2, samples: 20, nextTime: ascending, series: histograms(20) });
}

interface SenderShape {
  readonly name: string;
  readonly version: 1 | 2;
  readonly samples: number;
  readonly nextTime: (ledger: Ledger) => number;
  readonly series: (request: SentRequest & { readonly sender: string }) => readonly OutgoingSeries[];
}

function sender({ name, version, samples, nextTime, series }: SenderShape): Sender {
  const ledger = createLedger(name, samples);
  return { ledger, version, nextTimeMs: () => nextTime(ledger), series: (request) => series({ ...request, sender: name }) };
}

function ascending({ requests }: Ledger): number {
  return Math.max(Date.now(), (requests.at(-1)?.timestampMs ?? 0) + 1);
}

function anywhere({ at }: Ledger): number {
  for (;;) {
    const timestampMs = Date.now() - Math.floor(Math.random() * LATE_MS);
    if (at(timestampMs) === undefined) return timestampMs;
  }
}

function floats(count: number, isFresh = false): SenderShape["series"] {
  return (request) =>
    Array.from({ length: count }, (_, series) => {
      const samples = createSampleColumns(1);
      samples.length = 1;
      samples.timestampsMs[0] = request.timestampMs;
      samples.values[0] = valueOf(request, series);
      return { labels: labelsFor(request, series, isFresh), samples };
    });
}

function histograms(seriesCount: number): SenderShape["series"] {
  return (request) =>
    Array.from({ length: seriesCount }, (_, series) => {
      const count = valueOf(request, series);
      const histogram = createIntegerHistogram({
        count,
        sum: count,
        positiveSpans: Int32Array.of(0, 1),
        positiveBuckets: Float64Array.of(count),
      });
      const wire: WireHistogram = { timestampMs: request.timestampMs, startTimestampMs: 0, histogram };
      return { labels: labelsFor(request, series, false), histograms: [wire] };
    });
}

function labelsFor({ id, sender: name }: SentRequest & { readonly sender: string }, series: number, isFresh: boolean): Labels {
  const labels = ["__name__", METRIC, "sender", name, "series", String(series)];
  return isFresh ? ["__name__", METRIC, "request", String(id), ...labels.slice(2)] : labels;
}

/** The metric of all senders. */
export const METRIC = "crash_write";

/** What became of one request. */
export interface WriteAnswer {
  /** 0 where there was no answer. */
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
}

/** Sends one request and notes whether it was acknowledged. */
export async function sendOnce(url: string, { ledger, version, nextTimeMs, series }: Sender): Promise<WriteAnswer> {
  const request = ledger.note(nextTimeMs());
  const outgoing = series(request);
  const message = version === 1 ? encodeWriteRequest(outgoing) : encodeWriteRequestV2(outgoing);
  const startedMs = performance.now();
  try {
    const response = await fetch(`${url}/api/v1/write`, {
      method: "POST",
      body: Uint8Array.from(packSnappy(message)),
      headers: { "content-encoding": "snappy", "content-type": CONTENT_TYPES[version] },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    request.isAcknowledged = response.status === 204;
    return { status: response.status, text: await response.text(), tookMs: performance.now() - startedMs };
  } catch (error) {
    return { status: request.isAcknowledged ? 204 : 0, text: String(error), tookMs: performance.now() - startedMs };
  }
}

const CONTENT_TYPES = {
  1: "application/x-protobuf",
  2: "application/x-protobuf;proto=io.prometheus.write.v2.Request",
} as const;

/** Sends one request after another, `pauseMs` apart, until the signal aborts. `onAnswer` is told of each. */
export async function sendUntil(
  signal: AbortSignal,
  url: string,
  one: Sender,
  pauseMs: number,
  onAnswer: (answer: WriteAnswer) => void,
): Promise<void> {
  while (!signal.aborted) {
    onAnswer(await sendOnce(url, one));
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
