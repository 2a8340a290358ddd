import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, expectEqual, peer, type Suite } from "../harness.ts";
import { binary } from "../paths.ts";
import { eventually, queryValue, untilReady, withBench, type Bench, type Program } from "../processes.ts";
import { remoteWritePeer } from "./remote-write-peer.ts";

const FAST = "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n";

/** Our server and Debian's take the same command line. Alerts are sent again each second: the first may come before the Alertmanager is found. */
const ours = binary("prometheus");

async function startServer(bench: Bench, program: string, config: string): Promise<{ readonly url: string; readonly program: Program }> {
  const folder = bench.folder();
  const port = await freePort();
  writeFileSync(join(folder, "prometheus.yml"), config);
  const started = await bench.start(program, [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--rules.alert.resend-delay=1s",
  ]);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, started);
  return { url, program: started };
}

function scrapeConfig(jobs: Readonly<Record<string, number>>): string {
  const entries = Object.entries(jobs).map(([job, port]) => `  - {job_name: ${job}, static_configs: [{targets: ["127.0.0.1:${port}"]}]}`);
  return `scrape_configs:\n${entries.join("\n")}\n`;
}

/** A rule that fires at once and goes on firing. */
function alertConfig(folder: string, alertmanagerPort: number): string {
  writeFileSync(
    join(folder, "rules.yml"),
    "groups: [{name: g, rules: [{alert: AlwaysOn, expr: vector(1), labels: {from: peer}, annotations: {summary: it fires}}]}]\n",
  );
  return `${FAST}rule_files: ["${folder}/rules.yml"]\nalerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:${alertmanagerPort}"]}]}]}\n`;
}

/** Notes the bodies of webhooks. */
async function webhookSink(): Promise<{
  readonly url: string;
  readonly bodies: readonly { alerts: readonly { labels: Record<string, string> }[] }[];
  readonly close: () => void;
}> {
  const bodies: { alerts: readonly { labels: Record<string, string> }[] }[] = [];
  const server = createServer((req, res) => {
    void readJson(req).then((body) => {
      bodies.push(body as (typeof bodies)[number]);
      res.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, bodies, close: () => server.close() };
}

async function readJson(req: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString());
}

async function isUp(url: string, job: string): Promise<void> {
  await eventually(`up{job="${job}"} to be 1`, async () => ((await queryValue(url, `up{job="${job}"}`)) === "1" ? true : undefined));
}

export const peers: Suite = {
  name: "peers",
  about: "our parts and Debian's work together, each in place of the other",
  atOnce: 2,
  checks: () => [
    {
      name: "our server scrapes Debian's node exporter and Pushgateway",
      async run() {
        await withBench(async (bench) => {
          const [node, gateway] = [await freePort(), await freePort()];
          await bench.start(peer("prometheus-node-exporter"), [`--web.listen-address=127.0.0.1:${node}`, "--no-collector.systemd"], node);
          await bench.start(peer("prometheus-pushgateway"), [`--web.listen-address=127.0.0.1:${gateway}`], gateway);
          await fetch(`http://127.0.0.1:${gateway}/metrics/job/batch`, { method: "PUT", body: "pushed_value 42\n" });
          const { url } = await startServer(bench, ours, FAST + scrapeConfig({ node, gateway }));
          await isUp(url, "node");
          await isUp(url, "gateway");
          expectEqual(await eventually("the pushed sample", () => queryValue(url, "pushed_value")), "42", "the pushed sample");
          const cpu = Number(await eventually("CPU time", () => queryValue(url, 'sum(node_cpu_seconds_total{mode="idle"})')));
          expect(cpu > 0, `node_cpu_seconds_total is ${cpu}`);
        });
      },
    },
    {
      name: "Debian's server scrapes our exporters and gateway",
      async run() {
        await withBench(async (bench) => {
          const [node, blackbox, gateway] = [await freePort(), await freePort(), await freePort()];
          const folder = bench.folder();
          writeFileSync(join(folder, "blackbox.yml"), "modules: {tcp: {prober: tcp}}\n");
          await bench.start(binary("node_exporter"), [`--web.listen-address=127.0.0.1:${node}`], node);
          await bench.start(
            binary("blackbox_exporter"),
            [`--web.listen-address=127.0.0.1:${blackbox}`, `--config.file=${folder}/blackbox.yml`],
            blackbox,
          );
          await bench.start(binary("pushgateway"), [`--web.listen-address=127.0.0.1:${gateway}`], gateway);
          const push = await fetch(`http://127.0.0.1:${gateway}/metrics/job/batch`, { method: "PUT", body: "pushed_value 7\n" });
          expectEqual(push.status, 200, "the status of the push");
          const probe = `  - {job_name: probe, metrics_path: /probe, params: {module: [tcp], target: ["127.0.0.1:${gateway}"]}, static_configs: [{targets: ["127.0.0.1:${blackbox}"]}]}\n`;
          const { url } = await startServer(bench, peer("prometheus"), FAST + scrapeConfig({ node, blackbox, gateway }) + probe);
          for (const job of ["node", "blackbox", "gateway", "probe"]) await isUp(url, job);
          expectEqual(await queryValue(url, "pushed_value"), "7", "the pushed sample");
          expectEqual(await queryValue(url, "probe_success"), "1", "probe_success");
        });
      },
    },
    {
      name: "an alert of Debian's server goes through our Alertmanager to a webhook",
      async run() {
        await withBench(async (bench) => {
          const sink = await webhookSink();
          const port = await freePort();
          const folder = bench.folder();
          writeFileSync(
            join(folder, "alertmanager.yml"),
            `route: {receiver: hook, group_wait: 0s, group_interval: 1s}\nreceivers: [{name: hook, webhook_configs: [{url: "${sink.url}"}]}]\n`,
          );
          await bench.start(
            binary("alertmanager"),
            [`--config.file=${folder}/alertmanager.yml`, `--storage.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`],
            port,
          );
          await startServer(bench, peer("prometheus"), alertConfig(folder, port));
          const body = await eventually("the webhook", async () => sink.bodies[0]);
          sink.close();
          expectEqual(body.alerts[0].labels, { alertname: "AlwaysOn", from: "peer" }, "the alert's labels");
        });
      },
    },
    {
      name: "an alert of our server arrives at Debian's Alertmanager",
      async run() {
        await withBench(async (bench) => {
          const port = await freePort();
          const folder = bench.folder();
          writeFileSync(join(folder, "alertmanager.yml"), "route: {receiver: none}\nreceivers: [{name: none}]\n");
          await bench.start(
            peer("prometheus-alertmanager"),
            [
              `--config.file=${folder}/alertmanager.yml`,
              `--storage.path=${folder}/data`,
              `--web.listen-address=127.0.0.1:${port}`,
              "--cluster.listen-address=",
            ],
            port,
          );
          const { url } = await startServer(bench, ours, alertConfig(folder, port));
          const alert = await eventually("the alert", async () => {
            const alerts = (await (await fetch(`http://127.0.0.1:${port}/api/v2/alerts`)).json()) as readonly {
              labels: Record<string, string>;
              annotations: unknown;
            }[];
            return alerts[0];
          });
          expectEqual([alert.labels, alert.annotations], [{ alertname: "AlwaysOn", from: "peer" }, { summary: "it fires" }], "the alert");
          // After a start it is stored once it is known what was active before.
          const stored = await eventually("ALERTS", () => queryValue(url, 'ALERTS{alertstate="firing"}'));
          expectEqual(stored, "1", "ALERTS");
        });
      },
    },
    remoteWritePeer,
    {
      name: "Debian's promtool queries our server",
      async run() {
        await withBench(async (bench) => {
          const { url } = await startServer(bench, ours, FAST);
          const { status, stdout, stderr } = spawnSync(peer("promtool"), ["query", "instant", url, "vector(1) + 41"], { encoding: "utf8" });
          expect(status === 0 && stdout.startsWith("{} => 42 @["), `promtool says: ${stdout}${stderr}`);
        });
      },
    },
    ...programs.map(({ name, config }) => ({
      name: `Debian's promtool takes the metrics of our ${name}`,
      async run() {
        await withBench(async (bench) => {
          const promtool = peer("promtool");
          const [port, folder] = [await freePort(), bench.folder()];
          if (config !== undefined) writeFileSync(join(folder, "config.yml"), config);
          const args = [
            `--web.listen-address=127.0.0.1:${port}`,
            ...(config === undefined ? [] : [`--config.file=${folder}/config.yml`]),
            ...storageFlags(name, folder),
          ];
          await bench.start(binary(name), args, port);
          const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
          const { status, stderr } = spawnSync(promtool, ["check", "metrics"], { encoding: "utf8", input: metrics });
          // 3 stands for matters of style, which upstream's own programs have too.
          expect(status === 0 || status === 3, `promtool says: ${stderr}`);
        });
      },
    })),
  ],
};

/** Every program of ours, with a configuration where it can't start without. */
const programs: readonly { readonly name: string; readonly config?: string }[] = [
  { name: "prometheus", config: "" },
  { name: "alertmanager", config: "route: {receiver: none}\nreceivers: [{name: none}]\n" },
  { name: "pushgateway" },
  { name: "node_exporter" },
  { name: "blackbox_exporter", config: "modules: {tcp: {prober: tcp}}\n" },
];

function storageFlags(program: string, folder: string): readonly string[] {
  if (program === "prometheus") return [`--storage.tsdb.path=${folder}/data`];
  return program === "alertmanager" ? [`--storage.path=${folder}/data`] : [];
}
