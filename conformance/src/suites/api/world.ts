import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect } from "../../harness.ts";
import { type Bench, eventually, untilReady } from "../../processes.ts";
import { get, send } from "./call.ts";
import { writeSeries } from "./series.ts";
import type { Local } from "./target.ts";

/** How a server of the tour is started. */
export interface Setup {
  readonly name: string;
  readonly flags: readonly string[];
  /** Below which its routes are. */
  readonly prefix: string;
}

/** With everything on that a flag switches on. */
export const open: Setup = {
  name: "open",
  prefix: "",
  flags: [
    "--web.enable-lifecycle",
    "--web.enable-admin-api",
    "--enable-feature=search-api",
    "--web.cors.origin=https?://(.*\\.)?example\\.com",
  ],
};

/** With nothing on, below a prefix, behind another address. */
export const closed: Setup = {
  name: "closed",
  prefix: "/inside",
  flags: ["--web.route-prefix=/inside", "--web.external-url=http://outside.example/monitoring/"],
};

/** What a server runs with; the peers of one comparison have the same. */
export interface World {
  readonly target: Local;
  /** Where nothing listens. */
  readonly downAddress: string;
  readonly rulesFile: string;
  /** The time of the newest written sample. */
  readonly toSeconds: number;
}

/** Rules that fire, wait and do not, with markup in what is shown of them. */
const RULES = `groups:
  - name: alerts
    rules:
      - {alert: Fires, expr: 'up{job="good"} == 1', labels: {severity: "a<b>&c"}, annotations: {summary: "<b>{{ $value }}</b> & more"}}
      - {alert: Waits, expr: vector(1) > 0, for: 1d, labels: {severity: none}}
      - {alert: Sleeps, expr: vector(0) > 0, keep_firing_for: 5m}
  - name: records
    interval: 2s
    limit: 10
    rules:
      - {record: job:up:sum, expr: sum by (job) (up), labels: {made: "<here>"}}
      - {record: "one:total", expr: count(up)}
  - name: faulty
    rules:
      - {record: many, expr: 'label_replace({__name__=~"up|scrape_duration_seconds"}, "__name__", "x", "", "")'}
`;

/** Writes the rules to a folder of the bench. */
export function writeRules(bench: Bench): string {
  const file = join(bench.folder(), "rules.yml");
  writeFileSync(file, RULES);
  return file;
}

function configOf({ target, downAddress, rulesFile }: World): string {
  const config = {
    global: {
      scrape_interval: "1s",
      scrape_timeout: "1s",
      evaluation_interval: "1s",
      external_labels: { region: "eu" },
    },
    rule_files: [rulesFile],
    alerting: {
      alertmanagers: [
        {
          path_prefix: "/am",
          static_configs: [{ targets: [target.address, "dropped.example:9093"] }],
          relabel_configs: [{ source_labels: ["__address__"], regex: "dropped.*", action: "drop" }],
        },
      ],
    },
    scrape_configs: [
      {
        job_name: "good",
        static_configs: [{ targets: [target.address, "dropped.example:80"], labels: { page: "</b>&<b>" } }],
        relabel_configs: [
          { source_labels: ["__address__"], regex: "dropped.*", action: "drop" },
          { source_labels: ["page"], target_label: "copy", replacement: "$1!" },
        ],
      },
      { job_name: "down", static_configs: [{ targets: [downAddress] }], basic_auth: { username: "me", password: "hidden" } },
    ],
  };
  // JSON is YAML.
  return JSON.stringify(config);
}

/** Features of all versions that have data to show. */
const FEATURES = "exemplar-storage,native-histograms";

/** Starts a server of the tour, waits until it has scraped, evaluated and found its Alertmanager, and returns its URL. */
export async function startToured(bench: Bench, program: string, major: 2 | 3, setup: Setup, world: World): Promise<string> {
  const port = await freePort();
  const folder = bench.folder();
  const configFile = join(folder, "prometheus.yml");
  writeFileSync(configFile, configOf(world));
  const url = `http://127.0.0.1:${port}`;
  const started = await bench.start(program, [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--web.enable-remote-write-receiver",
    `--enable-feature=${FEATURES}`,
    ...setup.flags,
  ]);
  await untilReady(url + setup.prefix, started);
  await writeSeries(url + setup.prefix, world.toSeconds, major === 3);
  await eventually("scrapes, rules and Alertmanagers", () => isSettled(url + setup.prefix));
  return url;
}

/** How often each target must have been scraped: rules have seen it then, and its metadata has been told. */
const SCRAPES = 2;

async function isSettled(base: string): Promise<true | undefined> {
  const { data: targets } = await json<{ activeTargets: { health: string }[] }>(base, "targets");
  const { data: groups } = await json<{ groups: { rules: { health: string; state?: string }[] }[] }>(base, "rules");
  const { data: alertmanagers } = await json<{ activeAlertmanagers: unknown[] }>(base, "alertmanagers");
  const { data: counted } = await json<{ result: { value: [number, string] }[] }>(base, "query", {
    query: 'count_over_time(up{job="good"}[1m])',
  });
  const rules = groups.groups.flatMap((group) => group.rules);
  const isDone =
    targets.activeTargets.length === 2 &&
    targets.activeTargets.every(({ health }) => health !== "unknown") &&
    rules.length === 6 &&
    rules.every(({ health }) => health !== "unknown") &&
    rules.filter(({ state }) => state === "firing").length === 1 &&
    alertmanagers.activeAlertmanagers.length === 1 &&
    Number(counted.result[0]?.value[1] ?? 0) >= SCRAPES;
  return isDone ? true : undefined;
}

async function json<T>(base: string, path: string, params: Readonly<Record<string, string>> = {}): Promise<{ data: T }> {
  const { pathname, origin } = new URL(base);
  const call = get(path, params);
  const { status, text } = await send(origin, { ...call, path: pathname.replace(/\/$/, "") + call.path });
  expect(status === 200, `${call.path}: ${status} ${text}`);
  return JSON.parse(text) as { data: T };
}
