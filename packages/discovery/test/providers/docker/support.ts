import { Registry } from "@ferula/client";
import type { Logger } from "@ferula/logging";
import { labelPairs } from "@ferula/model";
import { discoverySections } from "../../../src/discovery-config.ts";
import { discovererDeps, recordingLogger, section } from "../../support.ts";
import { fakeEngine, type Answers, type FakeEngine } from "./fake-engine.ts";

/** What one refresh found: the labels of each target, undefined when it failed; and what was logged and counted. */
export interface Found {
  readonly source: string | undefined;
  readonly targets: readonly Readonly<Record<string, string>>[] | undefined;
  readonly logs: string;
  readonly failures: number;
}

const INTERVAL = "refresh_interval: 1h";

/** Refreshes once. `fields` are those of the section, in YAML, one a line. */
export async function findOnce(kind: "docker" | "dockerswarm", fields: string, interval: string = INTERVAL): Promise<Found> {
  const { logger, logs } = recordingLogger();
  const registry = new Registry();
  const lines = [...fields.split("\n"), interval].map((line) => `    ${line}`).join("\n");
  const [config] = discoverySections(section(`${kind}_sd_configs:\n  -\n${lines}\n`));
  const ending = new AbortController();
  const found: { source?: string; targets?: Found["targets"] } = {};
  const failuresName = `prometheus_sd_refresh_failures_total{config="web",mechanism="${kind}"}`;
  const discoverer = config.create(discovererDeps(endingOnError(logger, ending), registry));
  await discoverer.run(([group]) => {
    found.source = group.source;
    found.targets = group.targets.map((target) => Object.fromEntries(labelPairs(target)));
    ending.abort();
  }, ending.signal);
  const counted = (await registry.metrics()).split("\n").find((line) => line.startsWith(failuresName));
  return { source: found.source, targets: found.targets, logs: logs.join(""), failures: Number(counted?.split(" ").at(-1)) };
}

/** A logger after whose first error nothing more is to be done. */
function endingOnError(logger: Logger, ending: AbortController): Logger {
  return {
    ...logger,
    with: (fields) => endingOnError(logger.with(fields), ending),
    error(message, fields) {
      logger.error(message, fields);
      ending.abort();
    },
  };
}

/** As `findOnce`, of an engine with these answers; `fields` without the host. */
export async function findIn(
  kind: "docker" | "dockerswarm",
  answers: Answers,
  fields: string = "port: 80",
): Promise<Found & { readonly engine: FakeEngine }> {
  const engine = await fakeEngine(answers);
  try {
    return { ...(await findOnce(kind, `host: ${engine.host}\n${fields}`)), engine };
  } finally {
    await engine.close();
  }
}
