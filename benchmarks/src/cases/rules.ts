import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { print, type BenchCase } from "../bench.ts";
import { metricValue } from "../metric-value.ts";
import { readOptions } from "../options.ts";
import { costOf } from "../process-cost.ts";
import { bothServers, printRatio } from "../programs.ts";
import { startServer } from "../started-server.ts";
import { simulateTargets } from "../targets/simulated-targets.ts";

const defaults = { groups: 10, rules: 100, series: 2000, warmUpS: 40, measureS: 60 };
const quick = { groups: 10, rules: 100, series: 2000, warmUpS: 8, measureS: 10 };
/** Seldom, so that hardly anything but rules is measured. */
const SCRAPE_INTERVAL_MS = 10_000;

/** What the evaluation of rules takes. */
export const rules: BenchCase = {
  name: "rules",
  about:
    "CPU time per evaluation of a rule and resident memory, ours and Debian's prometheus in turn (--quick --groups= --rules= --series= --warm-up-s= --measure-s=)",
  async run(args) {
    const options = readOptions(defaults, args, quick);
    print(`${options.groups} groups × ${options.rules} rules each second over a target of ${options.series} series`);
    const folder = mkdtempSync(join(tmpdir(), "ferula-rules-"));
    const targets = await simulateTargets(1, options.series);
    const results: RulesCost[] = [];
    try {
      writeFileSync(join(folder, "rules.yml"), ruleFile(options));
      for (const [name, program] of Object.entries(bothServers())) {
        results.push(await measure(name, program, `${folder}/rules.yml`, targets.ports, options));
      }
    } finally {
      targets.close();
      rmSync(folder, { recursive: true, force: true });
    }
    printRatio(
      "CPU per evaluation",
      results.map(({ cpuUs }) => cpuUs),
    );
    printRatio(
      "resident memory",
      results.map(({ residentBytes }) => residentBytes),
    );
  },
};

/** Aggregations of an eighteenth of the series each, and one alert in ten rules. */
function ruleFile({ groups, rules: count }: typeof defaults): string {
  const text = (group: number, rule: number): string => {
    const i = group * count + rule;
    const selector = `bench_requests_total{shard="${i % 18}"}`;
    if (rule % 10 === 0) return `  - {alert: "Silent${i}", expr: 'sum(rate(${selector}[30s])) == 0', for: 1m}\n`;
    return `  - {record: "bench:requests:rate30s", labels: {rule: "${i}"}, expr: 'sum by (code) (rate(${selector}[30s]))'}\n`;
  };
  const group = (g: number): string =>
    `- name: g${g}\n  interval: 1s\n  rules:\n${Array.from({ length: count }, (_, rule) => text(g, rule)).join("")}`;
  return `groups:\n${Array.from({ length: groups }, (_, g) => group(g)).join("")}`;
}

interface RulesCost {
  readonly cpuUs: number;
  readonly residentBytes: number;
}

async function measure(
  name: string,
  program: string,
  rulesFile: string,
  ports: readonly number[],
  options: typeof defaults,
): Promise<RulesCost> {
  const server = await startServer(program, ports, SCRAPE_INTERVAL_MS, { sections: `rule_files: [${rulesFile}]\n` });
  try {
    await sleep(options.warmUpS * 1000);
    const evaluations = await metricValue(server.url, "prometheus_rule_evaluations_total");
    const before = costOf(server.pid);
    await sleep(options.measureS * 1000);
    const { cpuSeconds, residentBytes } = costOf(server.pid);
    const evaluated = (await metricValue(server.url, "prometheus_rule_evaluations_total")) - evaluations;
    if (evaluated === 0) throw new Error(`${program} evaluated no rule`);
    if ((await metricValue(server.url, "prometheus_rule_evaluation_failures_total")) > 0) throw new Error(`rules failed in ${program}`);
    const cpuUs = ((cpuSeconds - before.cpuSeconds) * 1e6) / evaluated;
    const text = [`${cpuUs.toFixed(0).padStart(5)} µs`, `${evaluated} evaluations`, `${(residentBytes / 1e6).toFixed(0)} MB`];
    print(`  ${name.padEnd(10)} ${text.join(", ")}`);
    return { cpuUs, residentBytes };
  } finally {
    await server.close("SIGKILL");
  }
}
