import { STATUS_CODES } from "node:http";
import { described } from "@ferula/config";
import { Counter, type Registry } from "@ferula/client";
import { goQuote } from "@ferula/durations";
import { redactUrl } from "@ferula/go-url";
import { createHttpClient, type ResponseHead } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import type { Discoverer, DiscovererDeps, Provider } from "../../provider.ts";
import { createRefreshDiscoverer } from "../../refresh.ts";
import { httpField, type HttpSdConfig } from "../../sections/http.ts";
import type { TargetGroup } from "../../target-group.ts";
import { readAnswer } from "../json/ask.ts";
import { readTargetGroups } from "./read-target-groups.ts";

/** An answer is held whole. This is room for more targets than one server can scrape; upstream reads without end. */
const MAX_BODY_BYTES = 32 << 20;

/** Target groups that an address gives as JSON, in the form of those of files (discovery/http/http.go). */
export const httpProvider: Provider<HttpSdConfig> = {
  name: "http",
  key: "http_sd_configs",
  field: described(httpField, "Target groups that an address gives as JSON."),
  metrics: httpMetrics,
  create: (config, _index, deps) => createHttpDiscoverer(config, deps),
};

function httpMetrics(registry: Registry): Counter {
  return new Counter({
    name: "prometheus_sd_http_failures_total",
    help: "Number of HTTP service discovery refresh failures.",
    registers: [registry],
  });
}

function createHttpDiscoverer(config: HttpSdConfig, deps: DiscovererDeps): Discoverer {
  const { url, refresh_interval: intervalMs } = config;
  const { userAgent, clock } = deps;
  const failures = deps.metrics.of(httpMetrics);
  const client = createHttpClient(config, { userAgent });
  const headers = { Accept: "application/json", "X-Prometheus-Refresh-Interval-Seconds": String(intervalMs / 1000) };

  async function ask(signal: AbortSignal): Promise<readonly TargetGroup[]> {
    const parts: Uint8Array[] = [];
    const gather = (bytes: Uint8Array): void => void parts.push(Uint8Array.from(bytes));
    await client.stream({ url, headers, signal, maxBodyBytes: MAX_BODY_BYTES }, gather, checkHead);
    const read = (body: Buffer) => readTargetGroups(body, (i) => `${url}:${i}`, [["__meta_url", url]], signal);
    return readAnswer({ body: Buffer.concat(parts) }, url, read, signal);
  }

  async function refresh(signal: AbortSignal): Promise<readonly TargetGroup[]> {
    try {
      return await withDeadline(intervalMs, signal, clock, ask);
    } catch (error) {
      if (!signal.aborted) failures.inc();
      throw withUrl(url, error);
    }
  }

  return createRefreshDiscoverer({ mechanism: "http", intervalMs, refresh, close: client.close }, deps);
}

const JSON_TYPE = /^application\/json(;[\t\n\f\r ]*charset=("utf-8"|utf-8))?$/i;

function checkHead({ status, headers }: ResponseHead): void {
  if (status !== 200) throw new Error(`server returned HTTP status ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd());
  const type = headers.get("content-type") ?? "";
  if (!JSON_TYPE.test(type.trim())) throw new Error(`unsupported content type ${goQuote(type)}`);
}

/** Upstream leaves the address out of most messages; the one that is there may be that of a redirect. */
function withUrl(url: string, error: unknown): unknown {
  const shown = redactUrl(url);
  const { message } = error as Error;
  return message.includes(shown) ? error : new Error(`${shown}: ${message}`, { cause: error });
}
