import { expect, test } from "@jest/globals";
import { Gauge } from "@ferula/client";
import { noLogger, type Logger } from "@ferula/logging";
import { createConfiguration } from "../src/configuration.ts";
import type { LoadedConfig } from "../src/load-config.ts";

const loaded = (name: string): LoadedConfig => ({ config: { name } as unknown as LoadedConfig["config"], ruleFiles: [], warnings: [] });
const before = loaded("before");
const after = loaded("after");

function start(load: () => LoadedConfig, failing: readonly string[] = []) {
  const applied: string[] = [];
  const attempts: boolean[] = [];
  const errors: string[] = [];
  const logger: Logger = {
    ...noLogger,
    error: (message, { err } = {}) => void errors.push(`${message}: ${(err as Error).message}`),
  };
  let nowMs = 0;
  const part = (name: string) => ({
    name,
    apply: () => {
      if (failing.includes(name)) throw new Error(`${name} is broken`);
      applied.push(name);
    },
  });
  const gauge = (name: string): Gauge => new Gauge({ name, help: "A gauge.", registers: [] });
  const metrics = { reloadSuccessful: gauge("a"), reloadSuccessTimestamp: gauge("b") };
  const configuration = createConfiguration(before, {
    file: "p.yml",
    load,
    parts: [part("scrape"), part("rules"), part("notify")],
    nowMs: () => (nowMs += 1000),
    logger,
    metrics,
    onAttempt: (isSuccessful) => void attempts.push(isSuccessful),
  });
  const told = async (): Promise<readonly unknown[]> =>
    Promise.all([metrics.reloadSuccessful, metrics.reloadSuccessTimestamp].map(async (one) => (await one.get()).values[0]?.value));
  return { configuration, applied, attempts, errors, told };
}

test("before anything is put into force it counts as successful", async () => {
  const { configuration, told } = start(() => after);
  expect([configuration.current(), configuration.lastReload(), await told()]).toEqual([before, { successful: true, timeMs: 1000 }, [1, 1]]);
});

test("a reload puts what was read into force, part after part", async () => {
  const { configuration, applied, attempts, told } = start(() => after);
  configuration.reload();
  expect(configuration.current()).toBe(after);
  expect({ applied, attempts, told: await told() }).toEqual({ applied: ["scrape", "rules", "notify"], attempts: [true], told: [1, 2] });
});

test("a file with mistakes changes nothing, and is told with its name", async () => {
  const { configuration, applied, attempts, told } = start(() => {
    throw new Error("p.yml:1:1: no");
  });
  expect(configuration.reload).toThrow(`couldn't load configuration (--config.file="p.yml"): p.yml:1:1: no`);
  expect([configuration.current(), configuration.lastReload()]).toEqual([before, { successful: false, timeMs: 1000 }]);
  expect({ applied, attempts, told: await told() }).toEqual({ applied: [], attempts: [false], told: [0, 1] });
});

test("parts that fail keep no other from it, and their reasons are told", async () => {
  const { configuration, applied, errors, told } = start(() => after, ["scrape", "notify"]);
  const reasons =
    'one or more errors occurred while applying the new configuration (--config.file="p.yml"): scrape: scrape is broken; notify: notify is broken';
  expect(configuration.reload).toThrow(reasons);
  expect(errors).toEqual([
    "Failed to apply configuration: scrape is broken",
    "Failed to apply configuration: notify is broken",
    `Error reloading config: ${reasons}`,
  ]);
  expect(configuration.current()).toBe(after);
  expect({ applied, told: await told() }).toEqual({ applied: ["rules"], told: [0, 1] });
});

test("success after a failure is success", () => {
  let isBroken = true;
  const { configuration, attempts } = start(() => {
    if (isBroken) throw new Error("no");
    return after;
  });
  expect(configuration.reload).toThrow("no");
  isBroken = false;
  configuration.reload();
  expect([attempts, configuration.lastReload()]).toEqual([[false, true], { successful: true, timeMs: 2000 }]);
});
