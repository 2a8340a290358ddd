import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { type GoUrl, formatUrl, hostnameOf, parseUrl, portOf } from "@ferula/go-url";
import { CookieJar } from "tough-cookie";
import { exchange } from "./http/exchange.ts";
import { httpDateSeconds } from "./http/http-date.ts";
import { judge } from "./http/judge.ts";
import { createHttpMetrics, recordLastModified, type HttpMetrics } from "./http/metrics.ts";
import { CLOSED_BODY, readBody } from "./http/read-body.ts";
import { moduleHeaders, moduleHost, wireHeaders } from "./http/request-headers.ts";
import { contentLength, responseHeaders } from "./http/response.ts";
import { firstStep, redirectStep, type Step } from "./http/step.ts";
import { addPhases, type Trace } from "./http/trace.ts";
import type { ProbeContext, Prober } from "./prober.ts";
import { resolveTarget } from "./resolve.ts";
import { recordTls } from "./tls-metrics.ts";

const MAX_REDIRECTS = 10;

/** Asks a URL, follows redirects, and judges the last answer (prober/http.go). */
export const probeHttp: Prober = async (context) => {
  const { module, registry, logger, target } = context;
  const metrics = createHttpMetrics(registry);
  const url = readTarget(target, context);
  if (url === undefined) return false;
  const { seconds, resolved } = await resolveTarget(hostnameOf(url), module.http, context);
  metrics.phases.inc({ phase: "resolve" }, seconds);
  if (resolved === undefined) {
    logger.error("Error resolving address");
    return false;
  }
  const dialled = { ...url, host: hostOf(resolved.address, portOf(url)) };
  const step = await originStep(url, dialled, context);
  if (step === undefined) return false;
  for (const phase of ["connect", "tls", "processing", "transfer"]) metrics.phases.set({ phase }, 0);
  const traces: Trace[] = [];
  try {
    return await follow(step, { context, metrics, traces, serverName: serverNameOf(url, context), cookies: new CookieJar() });
  } finally {
    addPhases(traces, metrics.phases);
  }
};

function readTarget(target: string, { logger }: ProbeContext): GoUrl | undefined {
  try {
    return parseUrl(/^https?:\/\//i.test(target) ? target : `http://${target}`);
  } catch (error) {
    logger.error("Could not parse target URL", { err: error });
    return undefined;
  }
}

function hostOf(address: string, port: string): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return port === "" ? host : `${host}:${port}`;
}

/** The first request: its URL holds the address that is dialled, the Host header the name that was asked for. */
async function originStep(url: GoUrl, dialled: GoUrl, { module, hostname, logger }: ProbeContext): Promise<Step | undefined> {
  const { http } = module;
  try {
    if (!/^[\w!#$%&'*+.^`|~-]*$/.test(http.method)) throw new Error(`net/http: invalid method ${JSON.stringify(http.method)}`);
    const body = http.body_file === "" ? Buffer.from(http.body) : await readFile(http.body_file);
    return firstStep({
      url: dialled,
      method: http.method === "" ? "GET" : http.method,
      host: moduleHost(http) ?? (hostname || url.host),
      headers: moduleHeaders(http),
      body: body.length === 0 ? undefined : body,
      isReplayable: http.body_file === "",
    });
  } catch (error) {
    logger.error("Error creating request", { err: error });
    return undefined;
  }
}

/** The name that the first host's certificate must be for. */
function serverNameOf(url: GoUrl, { module, hostname }: ProbeContext): string {
  const { http } = module;
  const host = moduleHost(http) ?? hostname;
  return http.tls_config.server_name || host.replace(/:\d+$/, "") || hostnameOf(url);
}

interface Chain {
  readonly context: ProbeContext;
  readonly metrics: HttpMetrics;
  readonly traces: Trace[];
  readonly serverName: string;
  /** What one answer sets the next request of the same probe brings along. */
  readonly cookies: CookieJar;
}

/** Goes from one answer to the next, and judges the last. A request without an answer is the end, and a failure. */
async function follow(first: Step, chain: Chain): Promise<boolean> {
  const { context, metrics } = chain;
  const { logger, module } = context;
  let step = first;
  for (let redirects = 0; ; redirects++) {
    metrics.redirects.set(redirects);
    let response: IncomingMessage;
    let next: Step | undefined;
    try {
      response = await ask(step, chain);
      next = nextStep(step, response);
    } catch (error) {
      const verb = first.method.charAt(0) + first.method.slice(1).toLowerCase();
      logger.error("Error for HTTP request", { err: `${verb} ${JSON.stringify(formatUrl(step.url))}: ${reasonOf(error, context)}` });
      return false;
    }
    if (next === undefined) return conclude(step, response, chain, false);
    logger.info("Received redirect", { location: responseHeaders(response, "location")[0] });
    if (!module.http.follow_redirects || redirects === MAX_REDIRECTS) {
      logger.info("Not following redirect");
      // One that is not followed counts, too.
      metrics.redirects.set(redirects + 1);
      return conclude(step, response, chain, true);
    }
    response.destroy();
    step = next;
  }
}

function reasonOf(error: unknown, { signal }: ProbeContext): string {
  return signal.aborted ? (signal.reason as Error).message : (error as Error).message;
}

async function ask(step: Step, { context, traces, serverName, cookies }: Chain): Promise<IncomingMessage> {
  const { module, logger, signal } = context;
  const address = formatUrl(step.url);
  logger.debug("Making HTTP request", { url: address, host: step.host });
  const isTls = step.url.scheme === "https";
  const trace: Trace = { isTls };
  traces.push(trace);
  const isFirstHost = step.url.host === step.origin.url.host;
  const headers = await wireHeaders(step, module.http, cookiesFor(step, cookies));
  const response = await exchange(step, {
    http: module.http,
    headers,
    // What was configured is for the first host; another one is asked for by its own name.
    serverName: isFirstHost ? serverName : hostnameOf(step.url),
    trace,
    signal,
  });
  keepCookies(step, response, cookies);
  return response;
}

function cookiesFor(step: Step, cookies: CookieJar): string {
  const url = cookieUrl(step);
  return url === undefined ? "" : cookies.getCookieStringSync(url);
}

function keepCookies(step: Step, { headers }: IncomingMessage, cookies: CookieJar): void {
  const url = cookieUrl(step);
  if (url === undefined) return;
  for (const cookie of headers["set-cookie"] ?? []) cookies.setCookieSync(cookie, url, { ignoreError: true });
}

/** Cookies belong to the name that was asked for, whichever address was dialled; undefined for a name that can have none. */
function cookieUrl({ url, host }: Step): string | undefined {
  const text = formatUrl({ ...url, user: undefined, host });
  return URL.canParse(text) ? text : undefined;
}

function nextStep(step: Step, response: IncomingMessage): Step | undefined {
  return redirectStep(step, {
    status: response.statusCode ?? 0,
    location: responseHeaders(response, "location")[0] ?? "",
    cookieNames: (response.headers["set-cookie"] ?? []).map((cookie) => cookie.split("=", 1)[0].trim()),
  });
}

/** Reads, measures and judges the last answer. */
async function conclude(step: Step, response: IncomingMessage, chain: Chain, isRefusedRedirect: boolean): Promise<boolean> {
  const { context, metrics, traces } = chain;
  const { registry, logger, module, signal } = context;
  const isSsl = step.url.scheme === "https";
  // After the answer the socket may be gone: what it knows of TLS is taken now.
  if (isSsl) recordTls(response.socket as TLSSocket, registry, { withCipher: true });
  logger.debug("Received HTTP response", { status_code: response.statusCode });
  const body = isRefusedRedirect ? CLOSED_BODY : await readBody(response, module.http, signal);
  response.destroy();
  const last = traces.at(-1);
  if (last !== undefined) last.endMs = performance.now();
  metrics.statusCode.set(response.statusCode ?? 0);
  metrics.contentLength.set(contentLength(response, step.method));
  metrics.bodyLength.set(body.bytes.length);
  metrics.version.set(Number(response.httpVersion));
  metrics.isSsl.set(isSsl ? 1 : 0);
  const lastModified = httpDateSeconds(responseHeaders(response, "last-modified")[0] ?? "");
  if (lastModified !== undefined) recordLastModified(lastModified, registry);
  const { success, failedByRegex } = judge({ response, body, isSsl, isRefusedRedirect }, module.http, logger);
  if (failedByRegex !== undefined) metrics.failedByRegex.set(failedByRegex ? 1 : 0);
  return success;
}
