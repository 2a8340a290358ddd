import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { binary } from "../../paths.ts";
import { eventually, queryValue, untilReady, withBench, type Bench } from "../../processes.ts";

/** Our server, which scrapes itself and evaluates a rule. */
export interface Served {
  readonly bench: Bench;
  readonly url: string;
  /** The folder of its data. */
  readonly data: string;
}

/** Runs `work` on a server with some samples, and ends it. */
export async function withServed(work: (served: Served) => Promise<void>): Promise<void> {
  await withBench(async (bench) => {
    const [port, folder] = [await freePort(), bench.folder()];
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(
      join(folder, "rules.yml"),
      "groups: [{name: g, rules: [{record: answer, expr: vector(42)}, {alert: On, expr: vector(1)}]}]\n",
    );
    writeFileSync(
      join(folder, "prometheus.yml"),
      `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {site: here}}
rule_files: [rules.yml]
scrape_configs: [{job_name: self, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]
`,
    );
    const data = join(folder, "data");
    const program = await bench.start(binary("prometheus"), [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    await untilReady(url, program);
    await eventually("the server's own samples and its rules", async () =>
      (await queryValue(url, "sum(up) + sum(answer) + count(ALERTS)")) === "44" ? true : undefined,
    );
    await work({ bench, url, data });
  });
}
