import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expectEqual } from "../../harness.ts";
import { type Bench, eventually, queryValue, untilReady } from "../../processes.ts";
import type { Scenario } from "./alerts.ts";
import type { World } from "./world.ts";

/** Of what a server scrapes of itself: as many scrapes as rates and trends need with time to spare. */
const SELF_SCRAPES = 8;

/** Starts a server that scrapes itself as `job="self"`, and waits until it has seen what there is to see. Returns its URL. */
export async function startScenario(bench: Bench, program: string, scenario: Scenario, world: World): Promise<string> {
  const port = await freePort();
  const folder = bench.folder();
  const url = `http://127.0.0.1:${port}`;
  const configFile = join(folder, "prometheus.yml");
  const rulesFile = join(folder, "rules.yml");
  writeFileSync(rulesFile, JSON.stringify({ groups: scenario === "failing" ? FAILING_RULES : RULES }));
  writeFileSync(configFile, JSON.stringify(configuration(scenario, { address: world.address, self: `127.0.0.1:${port}`, rulesFile })));
  const server = await bench.start(program, [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--web.enable-lifecycle",
    "--scrape.discovery-reload-interval=1s",
  ]);
  await untilReady(url, server);
  await untilSelfScraped(url, 2);
  // What is false from the start must be seen in health: a reload that works.
  expectEqual((await reload(url)).status, 200, "reload");
  if (scenario === "failing") await breakFiles(url, configFile);
  await untilSelfScraped(url, 2 + SELF_SCRAPES);
  return url;
}

/** Two reloads: more targets than their limit are found anew, as they are counted then; and one of a file that can't be read. */
async function breakFiles(url: string, configFile: string): Promise<void> {
  expectEqual((await reload(url)).status, 200, "second reload");
  writeFileSync(configFile, "no: such: thing\n");
  expectEqual((await reload(url)).status, 500, "reload of a broken file");
}

function reload(url: string): Promise<Response> {
  return fetch(`${url}/-/reload`, { method: "POST" });
}

async function untilSelfScraped(url: string, times: number): Promise<void> {
  await eventually(`${times} scrapes of itself`, async () =>
    Number(await queryValue(url, 'count_over_time(process_start_time_seconds{job="self"}[5m])')) >= times ? true : undefined,
  );
}

/** A new alert at each evaluation: one that stays is sent once a minute. */
const RULES = [{ name: "good", rules: [{ alert: "EverNew", expr: "vector(time())", labels: { at: "{{ $value }}" } }] }];

/** One that gives two series of the same labels, and a group that can't keep its pace. */
const FAILING_RULES = [
  ...RULES,
  { name: "twice", rules: [{ record: "twice", expr: 'label_replace({__name__=~"up|scrape_duration_seconds"}, "__name__", "x", "", "")' }] },
  { name: "hasty", interval: "1ms", rules: [{ record: "hasty", expr: "vector(1)" }] },
];

interface Places {
  readonly address: string;
  readonly self: string;
  readonly rulesFile: string;
}

/** JSON, which is YAML. */
function configuration(scenario: Scenario, { address, self, rulesFile }: Places): object {
  const targets = [{ targets: [address] }];
  const jobs = [
    { job_name: "self", static_configs: [{ targets: [self] }] },
    { job_name: "good", metrics_path: "/good", static_configs: targets },
  ];
  const alertmanagers = [{ path_prefix: scenario === "failing" ? "/fails" : "/works", static_configs: targets }];
  return {
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
    rule_files: [rulesFile],
    ...(scenario === "lonely" ? {} : { alerting: { alertmanagers } }),
    scrape_configs: scenario === "failing" ? [...jobs, ...failingJobs(address)] : jobs,
  };
}

function failingJobs(address: string): readonly object[] {
  const at = (path: string): object => ({ metrics_path: path, static_configs: [{ targets: [address] }] });
  return [
    { job_name: "sample_limit", sample_limit: 2, ...at("/many") },
    { job_name: "body_size_limit", body_size_limit: "5B", ...at("/many") },
    { job_name: "label_limit", label_limit: 4, ...at("/labels") },
    { job_name: "target_limit", target_limit: 1, static_configs: [{ targets: [address, "127.0.0.1:1"] }] },
    { job_name: "same_time", ...at("/same-time") },
    { job_name: "back_in_time", ...at("/back-in-time") },
    // A target whose scrapes may take longer than the time between them is refused.
    {
      job_name: "refused",
      static_configs: [{ targets: [address] }],
      relabel_configs: [{ target_label: "__scrape_timeout__", replacement: "10s" }],
    },
    { job_name: "http", http_sd_configs: [{ url: `http://${address}/fails`, refresh_interval: "1s" }] },
    { job_name: "kubernetes", kubernetes_sd_configs: [{ role: "pod", api_server: `http://${address}/fails` }] },
  ];
}
