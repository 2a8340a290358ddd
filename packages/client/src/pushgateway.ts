import { gzipSync } from "node:zlib";
import type { Registry } from "./registry.ts";
import { prometheusContentType, register } from "./registry.ts";

/** How a gateway is spoken to. */
export interface PushgatewayOptions {
  /** Whether a push without a job's name is refused. Default: true. */
  readonly requireJobName?: boolean;
  /** Sent with each request. `Content-Encoding: gzip` makes the body compressed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds after which a request is given up. Default: 30000. */
  readonly timeout?: number;
}

/** The group that a push goes to. */
export interface PushGrouping {
  /** The label `job` of the group; needed unless `requireJobName` is off. */
  readonly jobName?: string;
  /** The other labels of the group. */
  readonly groupings?: Readonly<Record<string, string | number>>;
}

/** What a gateway answered, with a status below 400. */
export interface PushResult {
  /** The answer; its body is read already. */
  readonly resp: Response;
  readonly body: string;
}

/** Pushes a registry's metrics to a Pushgateway. Each call rejects when the gateway can't be reached or answers 400 or above. */
export class Pushgateway {
  private readonly baseUrl: string;
  private readonly options: PushgatewayOptions;
  private readonly registry: Registry;

  constructor(gatewayUrl: string, options: PushgatewayOptions = {}, registry: Registry = register) {
    this.baseUrl = gatewayUrl.replace(/\/+$/, "");
    this.options = options;
    this.registry = registry;
  }

  /** Replaces the group's metrics of the same names. */
  async pushAdd(group: PushGrouping = {}): Promise<PushResult> {
    return this.send("POST", group);
  }

  /** Replaces all metrics of the group. */
  async push(group: PushGrouping = {}): Promise<PushResult> {
    return this.send("PUT", group);
  }

  /** Deletes the group. */
  async delete(group: PushGrouping = {}): Promise<PushResult> {
    return this.send("DELETE", group);
  }

  private async send(method: "POST" | "PUT" | "DELETE", group: PushGrouping): Promise<PushResult> {
    const url = `${this.baseUrl}${groupPath(group, this.options.requireJobName ?? true)}`;
    const headers = new Headers(this.options.headers);
    const request: RequestInit = { method, headers, signal: AbortSignal.timeout(this.options.timeout ?? 30_000) };
    if (method === "DELETE") headers.delete("Content-Encoding");
    else {
      // Whatever the registry's own exposition is: a gateway reads OpenMetrics as text.
      headers.set("Content-Type", prometheusContentType);
      const body = await this.registry.metricsBytes();
      request.body = headers.get("Content-Encoding")?.toLowerCase() === "gzip" ? gzipSync(body) : body;
    }
    const resp = await fetch(url, request);
    const body = await resp.text();
    if (resp.status >= 400) throw new Error(`cannot push metrics: ${method} ${url} answered ${resp.status}: ${body.trim()}`);
    return { resp, body };
  }
}

/** Where a group lives: `/metrics/job/<job>/<label>/<value>…`; values that can't stand in a path are in base64. */
function groupPath({ jobName, groupings = {} }: PushGrouping, isJobNeeded: boolean): string {
  if (!jobName && isJobNeeded) throw new Error("Missing jobName parameter");
  const pairs = Object.entries(groupings).map(([name, value]) => pathPair(name, String(value)));
  return ["/metrics", ...(jobName ? [pathPair("job", jobName)] : []), ...pairs].join("/");
}

function pathPair(name: string, value: string): string {
  if (value === "") return `${name}@base64/=`;
  if (value.includes("/") || value === "." || value === "..") return `${name}@base64/${Buffer.from(value).toString("base64url")}`;
  return `${name}/${encodeURIComponent(value)}`;
}
