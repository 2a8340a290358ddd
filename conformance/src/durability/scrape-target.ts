import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { matrix, type Tally } from "./audit.ts";

const SERIES = 200;
const METRIC = "crash_scrapes_total";

/** A target whose counters all show how often it was scraped, and the scrapes that a server has shown. */
export interface ScrapeTarget {
  readonly port: number;
  /** Notes the scrapes since `fromMs` that the server shows. */
  readonly noteShown: (url: string, fromMs: number) => Promise<void>;
  /** How many scrapes were noted. */
  readonly shownCount: () => number;
  /** Holds what the server has since `fromMs` against what it has shown and what there was to scrape. */
  readonly audit: (url: string, fromMs: number, tally: Tally) => Promise<void>;
  /** The time of the newest scrape that the server shows; 0 when there is none. */
  readonly newestMs: (url: string) => Promise<number>;
  readonly close: () => void;
}

/** Starts one. */
export async function startScrapeTarget(): Promise<ScrapeTarget> {
  let scrapes = 0;
  const shown = new Map<number, number>();
  const server = createServer((_req, res) => {
    scrapes++;
    res.setHeader("Content-Type", "text/plain; version=0.0.4");
    res.end(Array.from({ length: SERIES }, (_, i) => `${METRIC}{series="${i}"} ${scrapes}\n`).join(""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async noteShown(url, fromMs) {
      const rows = await matrix(url, METRIC, fromMs, Date.now());
      for (const [timestampMs, value] of rows[0]?.samples ?? []) shown.set(timestampMs, value);
    },
    shownCount: () => shown.size,
    async audit(url, fromMs, tally) {
      const expected = new Map([...shown].filter(([timestampMs]) => timestampMs > fromMs));
      const found = new Map<number, number>();
      for (const { labels, samples } of await matrix(url, METRIC, fromMs, Date.now())) {
        for (const [timestampMs, value] of samples) {
          const known = expected.get(timestampMs);
          if (known === undefined ? value >= 1 && value <= scrapes : value === known) {
            found.set(timestampMs, (found.get(timestampMs) ?? 0) + 1);
            continue;
          }
          tally.phantom++;
          tally.examples.push(`phantom: ${JSON.stringify(labels)} ${value} at ${timestampMs}; ${scrapes} scrapes, shown ${known}`);
        }
      }
      for (const timestampMs of expected.keys()) {
        const count = found.get(timestampMs) ?? 0;
        tally.acknowledged += SERIES;
        tally.lost += SERIES - count;
        if (count < SERIES) tally.examples.push(`lost: ${SERIES - count} samples of the scrape at ${timestampMs}`);
      }
    },
    async newestMs(url) {
      const rows = await matrix(url, METRIC, Date.now() - 60_000, Date.now());
      return Math.max(0, ...rows.map(({ samples }) => samples.at(-1)?.[0] ?? 0));
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
