import { buildInfo, collectProcessMetrics, Counter, countScrapes, Gauge, Registry } from "@ferula/client";
import type { FlagValues } from "@ferula/flags";
import { abortOnDisconnect, compress, createApp, escapeHtml, HttpError, landingPage, metricsHandler, readRoutePrefix } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import { Router, type Express, type Request, type Response } from "express";
import { printBlackboxConfig, type BlackboxConfig, type Module } from "./config/blackbox-config.ts";
import { loadConfig } from "./config/load-config.ts";
import { unservedIn } from "./config/unserved.ts";
import type { flagsDefinition } from "./flags.ts";
import { createHistory, type History } from "./history.ts";
import { probers } from "./probers/index.ts";
import { probeTimeoutMs, runProbe } from "./probe.ts";
import { versionInfo } from "./version.ts";

type Values = FlagValues<(typeof flagsDefinition)["flags"]>;

/** An exporter that is ready to be listened with. */
export interface Exporter {
  readonly app: Express;
  /** Loads the configuration file again. Fails with its mistakes, and then changes nothing. */
  readonly reload: () => Promise<void>;
  readonly close: () => void;
}

/** Loads the configuration and makes the routes. Throws with the configuration's mistakes. */
export function createExporter(values: Values, logger: Logger): Exporter {
  const registry = new Registry();
  const { version, revision, branch } = versionInfo;
  buildInfo("blackbox_exporter", { version, revision, branch }, registry);
  const close = collectProcessMetrics(registry);
  const registers = [registry];
  const reloadSuccessful = new Gauge({
    name: "blackbox_exporter_config_last_reload_successful",
    help: "Blackbox exporter config loaded successfully.",
    registers,
  });
  const reloadTimestamp = new Gauge({
    name: "blackbox_exporter_config_last_reload_success_timestamp_seconds",
    help: "Timestamp of the last successful configuration reload.",
    registers,
  });
  const unknownModules = new Counter({
    name: "blackbox_module_unknown_total",
    help: "Count of unknown modules requested by probes",
    registers,
  });
  let config = load();

  function load(): BlackboxConfig {
    try {
      const { config: loaded, warnings } = loadConfig(values["config.file"]);
      reloadSuccessful.set(1);
      reloadTimestamp.set(Date.now() / 1000);
      logger.info("Loaded config file", { file: values["config.file"] });
      for (const { path, reason } of warnings) logger.warn("The configuration file has an old field", { path, reason });
      for (const [name, module] of loaded.modules) {
        for (const reason of hindrances(module)) logger.warn("This module can't be probed by", { module: name, reason });
      }
      return loaded;
    } catch (error) {
      reloadSuccessful.set(0);
      throw error;
    }
  }

  const reload = async (): Promise<void> => {
    config = load();
  };
  const history = createHistory(Math.max(0, values["history.limit"]));

  async function probe(req: Request, res: Response): Promise<void> {
    const params = queryOf(req);
    const moduleName = params.get("module") || "http_2xx";
    const module = config.modules.get(moduleName);
    if (module === undefined) {
      unknownModules.inc();
      throw new HttpError(400, `Unknown module ${JSON.stringify(moduleName)}`);
    }
    const timeoutMs = timeoutOf(req, module, values["timeout-offset"]);
    const target = decodedAgain(params.get("target") ?? "");
    if (target === "") throw new HttpError(400, "Target parameter is missing");
    const hostname = params.get("hostname") ?? "";
    const prober = probers[module.prober];
    const reasons = hindrances(module);
    if (prober === undefined || reasons.length > 0) {
      throw new HttpError(501, `Module ${JSON.stringify(moduleName)} can't be probed: ${reasons.join(", ")}`);
    }
    checkHostname(hostname, module.prober === "http" ? [...module.http.headers] : []);
    const outcome = await runProbe({
      prober,
      target,
      hostname,
      moduleName,
      module,
      timeoutMs,
      logLevel: values["log.prober"],
      writeLog: (line) => void process.stderr.write(line),
      caller: abortOnDisconnect(res),
    });
    const metrics = await outcome.registry.metrics();
    const moduleText = printBlackboxConfig({ modules: new Map([[moduleName, module]]) });
    const debugText = `Logs for the probe:\n${outcome.log}\n\n\nMetrics that would have been returned:\n${metrics}\n\n\nModule configuration:\n${moduleText}`;
    history.add({ module: moduleName, target, success: outcome.success, debugText });
    if (params.get("debug") === "true") {
      res.type("text/plain").send(debugText);
      return;
    }
    const { contentType, body } = await outcome.registry.expose(req.get("accept") ?? "");
    res.set("Content-Type", contentType).send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  }

  const prefix = readRoutePrefix(values["web.route-prefix"], values["web.external-url"]);
  const app = createApp();
  const routes = Router();
  routes.get("/-/healthy", (_req, res) => void res.type("text/plain").send("Healthy"));
  routes.all("/-/reload", async (req, res) => {
    if (req.method !== "POST") throw new HttpError(405, "This endpoint requires a POST request.");
    await reload().catch((error: unknown) => {
      logger.error("Error reloading config; the old one stays in force", { err: error });
      throw new HttpError(500, `failed to reload config: ${(error as Error).message}`);
    });
    res.status(200).end();
  });
  routes.get(
    "/metrics",
    countScrapes(registry),
    metricsHandler(({ accept, names }) => registry.expose(accept, { names })),
  );
  routes.get("/probe", compress(), probe);
  routes.get("/config", (_req, res) => void res.type("text/plain").send(printBlackboxConfig(config)));
  routes.get("/logs", (req, res) => void res.type("text/plain").send(logOf(history, req)));
  routes.get("/", (req, res, next) => landingPage(page(history, prefix))(req, res, next));
  app.use(prefix === "" ? "/" : prefix, routes);
  return { app, reload, close };
}

/** Why a module can't be probed by; none for one that can. */
function hindrances(module: Module): readonly string[] {
  return probers[module.prober] === undefined ? [`the prober ${module.prober} is not supported yet`] : unservedIn(module);
}

/** The parameters of a request. A target may hold a `?` of its own. */
function queryOf({ originalUrl }: Request): URLSearchParams {
  const start = originalUrl.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : originalUrl.slice(start));
}

function timeoutOf(req: Request, module: Module, offsetSeconds: number): number {
  try {
    return probeTimeoutMs(module, req.get("x-prometheus-scrape-timeout-seconds"), offsetSeconds);
  } catch (error) {
    throw new HttpError(500, `Failed to parse timeout from Prometheus header: ${(error as Error).message}`);
  }
}

/** Upstream decodes a target once more than the query parser does; what can't be decoded stays. */
function decodedAgain(target: string): string {
  try {
    return decodeURIComponent(target.replaceAll("+", " "));
  } catch {
    return target;
  }
}

function checkHostname(hostname: string, headers: readonly (readonly [name: string, value: string])[]): void {
  const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  if (hostname !== "" && host !== undefined && host !== hostname) {
    throw new HttpError(400, `host header defined both in module configuration (${host}) and with URL-parameter 'hostname' (${hostname})`);
  }
}

/** What `/logs` answers, and its refusals, in upstream's words. */
function logOf(history: History, req: Request): string {
  const params = queryOf(req);
  const [idText, target, module] = [params.get("id") ?? "", params.get("target") ?? "", params.get("module") ?? ""];
  const id = /^[+-]?\d+$/.test(idText) ? Number(idText) : undefined;
  if (id !== undefined && target !== "") throw new HttpError(400, "Probe id and target can't be defined at the same time");
  if (id === undefined && target === "") throw new HttpError(400, "Probe id or target must be defined as http query parameters");
  if (target === "" && module !== "") throw new HttpError(400, "Probe module filter only works in conjunction with target parameter");
  if (id !== undefined) return textOf(history.find(id), "Probe id not found");
  return textOf(history.findTarget(target, module), "Probe target not found");
}

function textOf(probe: { readonly debugText: string } | undefined, missing: string): string {
  if (probe === undefined) throw new HttpError(404, missing);
  return probe.debugText;
}

function page(history: History, prefix: string): Parameters<typeof landingPage>[0] {
  const rows = history
    .list()
    .map(
      ({ id, module, target, success }) =>
        `<tr><td>${escapeHtml(module)}</td><td>${escapeHtml(target)}</td><td>${success ? "Success" : "<strong>Failure</strong>"}</td><td><a href="${escapeHtml(prefix)}/logs?id=${id}">Logs</a></td></tr>`,
    );
  return {
    name: "Blackbox Exporter",
    description: "Probes endpoints from outside.",
    version: versionInfo.version,
    links: [
      { address: `${prefix}/probe?target=127.0.0.1:9090&module=http_2xx`, text: "Probe 127.0.0.1:9090 for http_2xx" },
      { address: `${prefix}/probe?target=127.0.0.1:9090&module=http_2xx&debug=true`, text: "Debug probe 127.0.0.1:9090 for http_2xx" },
      { address: `${prefix}/metrics`, text: "Metrics" },
      { address: `${prefix}/config`, text: "Configuration" },
    ],
    extraHtml: `<h2>Recent Probes</h2><table><tr><th>Module</th><th>Target</th><th>Result</th><th>Debug</th></tr>${rows.join("")}</table>`,
  };
}
