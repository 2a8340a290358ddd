import { noteFailure, noteResponse, startRequest, type Span, type TracerInForce } from "@ferula/tracing";
import type { ScrapeCounts } from "../cache/scrape-error.ts";

/** How a scrape ended. */
export interface ScrapeEnd extends ScrapeCounts {
  /** -1 for a body beyond its limit. */
  readonly bodySizeBytes: number;
  readonly failure: Error | undefined;
}

/** The span of a scrape; undefined while tracing is off. */
export function startScrapeSpan(tracer: TracerInForce | undefined, job: string, url: string): Span | undefined {
  const span = tracer?.()?.start("Scrape", { kind: "client" });
  if (span?.isSampled === true) span.set({ job, target: url });
  return span;
}

/**
 * Makes a span of a request of the scrape's. `fetch` is given what the request carries of the trace, and tells the status of the answer;
 * what it fails with is passed on.
 */
export async function traceFetch<T>(
  scrape: Span,
  url: string,
  fetch: (headers: Readonly<Record<string, string>>, onStatus: (status: number) => void) => Promise<T>,
): Promise<T> {
  const request = startRequest(scrape, "GET", url);
  let isRefused = false;
  try {
    return await fetch(request.headers(), (status) => {
      isRefused = status >= 400;
      noteResponse(request, status);
    });
  } catch (error) {
    if (!isRefused) noteFailure(request, error as Error);
    throw error;
  } finally {
    request.end();
  }
}

/** Ends the span of a scrape; without an end it was cut short. */
export function endScrapeSpan(span: Span, end?: ScrapeEnd): void {
  if (span.isSampled && end !== undefined) {
    const { scraped, afterRelabelling, added, bodySizeBytes, failure } = end;
    span.set({
      body_size_bytes: bodySizeBytes,
      samples_scraped: scraped,
      samples_post_metric_relabeling: afterRelabelling,
      series_added: added,
    });
    if (failure !== undefined) span.fail(failure.message);
  }
  span.end();
}
