import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@ferula/test-kit/outside-jest";
import { type FoundSeries, matrix } from "../durability/audit.ts";
import { expect, expectEqual, peer, type Check } from "../harness.ts";
import { binary } from "../paths.ts";
import { untilReady, withBench } from "../processes.ts";

const SENDING_MS = 8000;

/** Debian's server scrapes itself and sends all of it to ours. */
export const remoteWritePeer: Check = {
  name: "Debian's server sends by remote write to ours, and both hold the same samples",
  run: () =>
    withBench(async (bench) => {
      const program = peer("prometheus");
      const [folder, theirFolder, port, theirPort] = [bench.folder(), bench.folder(), await freePort(), await freePort()];
      const [url, theirUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${theirPort}`];
      writeFileSync(join(folder, "prometheus.yml"), "global: {}\n");
      const write = `remote_write: [{url: "${url}/api/v1/write", send_exemplars: true}]`;
      const scrape = `scrape_configs: [{job_name: self, static_configs: [{targets: ["127.0.0.1:${theirPort}"]}]}]`;
      writeFileSync(join(theirFolder, "prometheus.yml"), `global: {scrape_interval: 500ms, scrape_timeout: 500ms}\n${scrape}\n${write}\n`);
      const args = (data: string, listen: number): string[] => [
        `--config.file=${data}/prometheus.yml`,
        `--storage.tsdb.path=${data}/data`,
        `--web.listen-address=127.0.0.1:${listen}`,
      ];
      await untilReady(url, await bench.start(binary("prometheus"), [...args(folder, port), "--web.enable-remote-write-receiver"]));
      const startedMs = Date.now();
      await untilReady(theirUrl, await bench.start(program, args(theirFolder, theirPort)));
      await sleep(SENDING_MS);
      // What was scraped up to here; sending is some seconds behind.
      const untilMs = Date.now();
      await sleep(SENDING_MS);
      const [got, want] = [await samplesOf(url, startedMs, untilMs), await samplesOf(theirUrl, startedMs, untilMs)];
      expect(want.length > 300, `the peer has ${want.length} series only`);
      expectEqual(got.length, want.length, "how many series");
      got.forEach((line, i) => expectEqual(line, want[i], "a series"));
    }),
};

async function samplesOf(url: string, fromMs: number, toMs: number): Promise<readonly string[]> {
  return (await matrix(url, '{job="self"}', fromMs, toMs)).map(lineOf).toSorted();
}

function lineOf({ labels, samples }: FoundSeries): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(pairs)} ${JSON.stringify(samples.map(([timeMs, value]) => [timeMs, String(value)]))}`;
}
