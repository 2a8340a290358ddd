import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, print, type Suite } from "../harness.ts";
import { binary } from "../paths.ts";
import { eventually, queryValue, withBench } from "../processes.ts";

const SERIES = 2000;
const CYCLES = 20;

/** A target whose counters all show how often it was scraped: every scrape brings SERIES new values. */
async function countingTarget(): Promise<{ readonly server: Server; readonly port: number }> {
  let scrapes = 0;
  const server = createServer((_req, res) => {
    scrapes++;
    res.setHeader("Content-Type", "text/plain; version=0.0.4");
    res.end(Array.from({ length: SERIES }, (_, i) => `crash_scrapes_total{series="${i}"} ${scrapes}\n`).join(""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

type Sample = readonly [timestampS: number, value: string];

/** Every sample of the last hour, by series. */
async function allSamples(url: string): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const response = await fetch(`${url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query: "crash_scrapes_total[1h]" }) });
  const body = (await response.json()) as {
    data?: { result: readonly { metric: Record<string, string>; values: readonly Sample[] }[] };
    error?: string;
  };
  if (body.data === undefined) throw new Error(body.error ?? `status ${response.status}`);
  return new Map(body.data.result.map(({ metric, values }) => [metric["series"], values]));
}

/** How many samples of `before` are not in `after`, and how many of all. */
function missing(
  before: ReadonlyMap<string, readonly Sample[]>,
  after: ReadonlyMap<string, readonly Sample[]>,
): { readonly lost: number; readonly total: number } {
  let lost = 0;
  let total = 0;
  for (const [series, samples] of before) {
    const there = new Set((after.get(series) ?? []).map(([time, value]) => `${time} ${value}`));
    for (const [time, value] of samples) {
      total++;
      if (!there.has(`${time} ${value}`)) lost++;
    }
  }
  return { lost, total };
}

export const crash: Suite = {
  name: "crash",
  about: "what a query had shown is there after kill -9",
  checks: (args) => {
    const cycles = Number(/^--cycles=(\d+)$/.exec(args[0] ?? "")?.[1] ?? CYCLES);
    return [
      {
        name: `${cycles} kills under scrape load lose nothing that a query had shown`,
        async run() {
          await withBench(async (bench) => {
            const target = await countingTarget();
            try {
              const folder = bench.folder();
              const port = await freePort();
              const url = `http://127.0.0.1:${port}`;
              writeFileSync(
                join(folder, "prometheus.yml"),
                `global: {scrape_interval: 100ms, scrape_timeout: 100ms}\nscrape_configs: [{job_name: crash, static_configs: [{targets: ["127.0.0.1:${target.port}"]}]}]\n`,
              );
              const args = [
                `--config.file=${folder}/prometheus.yml`,
                `--storage.tsdb.path=${folder}/data`,
                `--web.listen-address=127.0.0.1:${port}`,
                "--log.level=warn",
              ];
              let shown: ReadonlyMap<string, readonly Sample[]> = new Map();
              let checked = 0;
              for (let cycle = 1; cycle <= cycles; cycle++) {
                const server = await bench.start(binary("prometheus"), args, port);
                const after = await eventually("the server to answer", () => allSamples(url));
                const { lost, total } = missing(shown, after);
                expect(lost === 0, `after kill ${cycle - 1}: ${lost} of ${total} samples are missing\n${server.output()}`);
                checked = total;
                await eventually("new samples", async () =>
                  (await queryValue(url, "count(crash_scrapes_total)")) === String(SERIES) ? true : undefined,
                );
                await sleep(300 + Math.random() * 700);
                shown = await allSamples(url);
                await server.kill("SIGKILL");
              }
              print(`    ${checked} samples were compared after the last kill`);
            } finally {
              target.server.closeAllConnections();
              target.server.close();
            }
          });
        },
      },
    ];
  },
};
