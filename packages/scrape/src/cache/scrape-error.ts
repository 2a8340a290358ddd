/** What a scrape yields, as its report says it. */
export interface ScrapeCounts {
  /** Sample lines of the body, those that relabelling dropped too. */
  readonly scraped: number;
  readonly afterRelabelling: number;
  /** Series that were not in the last good body. */
  readonly added: number;
}

/** Which counter of its own a failure has. */
export type ScrapeFailure = "sample-limit" | "label-limit" | "body-limit" | "bucket-limit" | "other";

/** A scrape that can't be stored as it is; the message is for the targets page. */
export class ScrapeError extends Error {
  override name = "ScrapeError";
  readonly failure: ScrapeFailure;
  /** How far the body was read. */
  counts: ScrapeCounts = { scraped: 0, afterRelabelling: 0, added: 0 };

  constructor(message: string, failure: ScrapeFailure = "other", options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
