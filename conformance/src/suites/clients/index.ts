import type { Suite } from "../../harness.ts";
import { grafanaChecks } from "./grafana.ts";
import { promtoolChecks } from "./promtool.ts";
import { pythonChecks } from "./python.ts";

/** Programs that ask a server. */
export const clients: Suite = {
  name: "clients",
  about: "Debian's promtool, Python's parser and Grafana's calls against our running server",
  atOnce: 3,
  checks: () => [...promtoolChecks, ...pythonChecks, ...grafanaChecks],
};
