/** One request of a sender: all its samples have its time, and values that follow from its number. */
export interface SentRequest {
  readonly id: number;
  readonly timestampMs: number;
  /** Whether the server said that it has the samples. Else they may be there or not. */
  isAcknowledged: boolean;
}

/** All that a sender has sent, noted before it went out. */
export interface Ledger {
  readonly sender: string;
  readonly samplesPerRequest: number;
  readonly requests: readonly SentRequest[];
  /** Notes a request; no two of a sender have the same time. */
  readonly note: (timestampMs: number) => SentRequest;
  readonly at: (timestampMs: number) => SentRequest | undefined;
}

/** An empty ledger. */
export function createLedger(sender: string, samplesPerRequest: number): Ledger {
  const requests: SentRequest[] = [];
  const byTime = new Map<number, SentRequest>();
  return {
    sender,
    samplesPerRequest,
    requests,
    note(timestampMs) {
      const request = { id: requests.length, timestampMs, isAcknowledged: false };
      requests.push(request);
      byTime.set(timestampMs, request);
      return request;
    },
    at: (timestampMs) => byTime.get(timestampMs),
  };
}

/** The value of the sample of series `series` in a request: no other sample of the sender has it. */
export function valueOf(request: SentRequest, series: number): number {
  return request.id * 1000 + series;
}
