import { Gauge, Registry } from "@ferula/client";
import type { LogLevel } from "@ferula/logging";
import { parseFloatText } from "@ferula/model";
import type { Module } from "./config/blackbox-config.ts";
import { createProbeLog } from "./probe-log.ts";
import type { Prober } from "./probers/prober.ts";

/** A probe that was asked for. */
export interface ProbeRequest {
  readonly prober: Prober;
  readonly target: string;
  readonly hostname: string;
  readonly moduleName: string;
  readonly module: Module;
  readonly timeoutMs: number;
  readonly logLevel: LogLevel;
  readonly writeLog: (line: string) => void;
  /** Ends the probe before its time when whoever asked for it is gone. */
  readonly caller: AbortSignal;
}

/** What came of it. */
export interface ProbeOutcome {
  readonly success: boolean;
  readonly registry: Registry;
  readonly log: string;
}

/** Runs one probe within its time. It always ends with an outcome: what fails is in the log and in `probe_success`. */
export async function runProbe({
  prober,
  target,
  hostname,
  moduleName,
  module,
  timeoutMs,
  logLevel,
  writeLog,
  caller,
}: ProbeRequest): Promise<ProbeOutcome> {
  const registry = new Registry();
  const registers = [registry];
  const success = new Gauge({ name: "probe_success", help: "Displays whether or not the probe was a success", registers });
  const duration = new Gauge({ name: "probe_duration_seconds", help: "Returns how long the probe took to complete in seconds", registers });
  new Gauge({ name: "probe_timeout_seconds", help: "Returns how long the probe timeout is in seconds", registers }).set(timeoutMs / 1000);
  const { logger, text } = createProbeLog(logLevel, { module: moduleName, target }, writeLog);
  logger.debug("Beginning probe", { probe: module.prober, timeout_seconds: timeoutMs / 1000 });
  const startedMs = performance.now();
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error("context deadline exceeded")), timeoutMs);
  const cancel = (): void => over.abort(new Error("context canceled"));
  caller.addEventListener("abort", cancel, { once: true });
  const { signal } = over;
  const succeeded = await prober({ target, hostname, module, registry, logger, signal }).catch((error: unknown) => {
    logger.error("Error for the probe", { err: signal.aborted ? signal.reason : error });
    return false;
  });
  clearTimeout(timer);
  caller.removeEventListener("abort", cancel);
  const seconds = (performance.now() - startedMs) / 1000;
  duration.set(seconds);
  success.set(succeeded ? 1 : 0);
  if (succeeded) logger.debug("Probe succeeded", { duration_seconds: seconds });
  else logger.error("Probe failed", { duration_seconds: seconds });
  return { success: succeeded, registry, log: text() };
}

/** Node's timers go no further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * How long a probe may take, in milliseconds from 0 to about 25 days: what the scrape allows, less a little for the way back, and no longer
 * than the module says (prober/handler.go `getTimeout`). `scrapeTimeout` is the header of the scraper. Throws when that is no number.
 */
export function probeTimeoutMs(module: Module, scrapeTimeout: string | undefined, offsetSeconds: number): number {
  const seconds = scrapeTimeout === undefined || scrapeTimeout === "" ? 0 : parseFloatText(scrapeTimeout);
  if (seconds === undefined) throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(scrapeTimeout)}: invalid syntax`);
  const allowedMs = ((seconds === 0 ? 120 : seconds) - offsetSeconds) * 1000;
  if (module.timeout > 0 && (module.timeout < allowedMs || allowedMs < 0)) return module.timeout;
  return Math.min(Math.max(0, Number.isNaN(allowedMs) ? 0 : allowedMs), LONGEST_TIMER_MS);
}
