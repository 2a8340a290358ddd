import { readFileSync } from "node:fs";
import { parseLoadavg } from "../proc/parse-loadavg.ts";
import { gaugeOf } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";

/** How many processes run or wait to run, from /proc/loadavg. */
export const loadavgCollector: CollectorDefinition = defineCollector({
  name: "loadavg",
  isEnabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect() {
      const [load1, load5, load15] = parseLoadavg(readFileSync(paths.proc("loadavg"), "utf8"));
      return [
        gaugeOf("node_load1", "1m load average.", load1),
        gaugeOf("node_load5", "5m load average.", load5),
        gaugeOf("node_load15", "15m load average.", load15),
      ];
    },
  }),
});
