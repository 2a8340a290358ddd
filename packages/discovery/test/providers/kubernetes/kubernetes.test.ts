import { expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { systemClock } from "@ferula/durations";
import { eventually } from "@ferula/test-kit";
import { createDiscoveryManager, type DiscoveredGroups } from "../../../src/manager.ts";
import { recordingLogger, section } from "../../support.ts";
import { podObject } from "./objects.ts";
import { apiWith, metricOf } from "./support.ts";

test("a section of a scrape configuration finds targets, and one that can't be used is told", async () => {
  const api = await apiWith({ pods: [podObject("p")] });
  const { logger, logs } = recordingLogger();
  const registry = new Registry();
  let found: DiscoveredGroups = new Map();
  const onUpdate = (groups: DiscoveredGroups): void => void (found = groups);
  const manager = createDiscoveryManager({ name: "scrape", clock: systemClock, logger, registry, userAgent: "Prometheus/test", onUpdate });
  expect(await metricOf(registry, "prometheus_sd_kubernetes_failures_total")).toBe(0);
  const good = `kubernetes_sd_configs: [{api_server: '${api.url}', role: pod}]`;
  const bad = "kubernetes_sd_configs: [{kubeconfig_file: /nonexistent/kube.config, role: pod}]";
  manager.apply(
    new Map([
      ["good", section(good)],
      ["bad", section(bad)],
    ]),
  );
  await eventually(
    () =>
      found
        .get("good")
        ?.map(({ source }) => source)
        .join() === "pod/default/p",
  );
  expect(api.requests[0].headers["user-agent"]).toBe("Prometheus/test");
  expect(logs.join("")).toMatch(/Cannot create service discovery.*kubeconfig file: open \/nonexistent\/kube.config/);
  expect(await metricOf(registry, 'prometheus_sd_failed_configs{name="scrape"}')).toBe(1);
  await manager.stop();
});
