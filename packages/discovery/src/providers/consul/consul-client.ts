import { reveal } from "@ferula/config";
import type { Clock } from "@ferula/durations";
import { createHttpClient, type HttpClient, type HttpClientConfig } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import type { ConsulConfig } from "../../sections/consul.ts";
import { getJson } from "../json/ask.ts";
import { itemsOf, wholeOf, type ReadBody } from "../json/parse.ts";
import { entries, list, record, text, type Read } from "../json/shape.ts";
import type { IndexedAnswer } from "./watch.ts";

/** Each service's tags: all that any of its instances has. */
export type Catalog = readonly (readonly [service: string, tags: readonly string[]])[];

/** Asks one agent of Consul, in the way of hashicorp/consul/api. */
export interface ConsulClient {
  /** The name of the agent's data center. */
  readonly datacenter: (signal: AbortSignal) => Promise<string>;
  /** All services with their tags, as soon as they differ from those at `index`. */
  readonly services: (index: string, signal: AbortSignal) => Promise<IndexedAnswer<Catalog>>;
  /** The instances of a service, likewise, each as `read` takes it. */
  readonly instances: <T>(service: string, read: Read<T>, index: string, signal: AbortSignal) => Promise<IndexedAnswer<readonly T[]>>;
  readonly close: () => Promise<void>;
}

/** What Consul's own client takes from the environment. */
export type ConsulEnvironment = Readonly<Partial<Record<"CONSUL_HTTP_TOKEN" | "CONSUL_NAMESPACE" | "CONSUL_PARTITION", string>>>;

/** What a client is made with. */
export interface ConsulClientDeps {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly environment: ConsulEnvironment;
}

type Parameter = [name: string, value: string];

/** How long an agent may hold back its answer while nothing changes (discovery/consul `watchTimeout`). */
const WAIT_MS = 120_000;

/** What an answer may take beyond that: agents add up to a sixteenth of the time at random. */
const GRACE_MS = 15_000;

/** The answer of `/v1/agent/self`. */
const agent = record({ Config: record({ Datacenter: text }) });

/** A client with connections of its own. Throws when the address or a certificate can't be used. */
export function createConsulClient(config: ConsulConfig, { clock, userAgent, environment }: ConsulClientDeps): ConsulClient {
  const { baseUrl, socketPath } = agentOf(config);
  const http: HttpClient = createHttpClient(withUser(config), { userAgent, ...(socketPath === undefined ? {} : { socketPath }) });
  const token = config.token === undefined ? environment.CONSUL_HTTP_TOKEN : reveal(config.token);
  const headers: Readonly<Record<string, string>> = token === undefined || token === "" ? {} : { "x-consul-token": token };
  const common = filled([
    ["dc", config.datacenter],
    ["ns", config.namespace || (environment.CONSUL_NAMESPACE ?? "")],
    ["partition", config.partition || (environment.CONSUL_PARTITION ?? "")],
  ]);

  async function get<T>(path: string, parameters: readonly Parameter[], read: ReadBody<T>, signal: AbortSignal): Promise<IndexedAnswer<T>> {
    const query = queryText([...common, ...parameters]);
    const url = `${baseUrl}${path}${query === "" ? "" : `?${query}`}`;
    const answer = await withDeadline(WAIT_MS + GRACE_MS, signal, clock, (limited) =>
      getJson(http, { url, headers, signal: limited }, read),
    );
    return { value: answer.value, index: readIndex(answer.headers.get("x-consul-index") ?? "") };
  }

  function blocking(index: string, filter: string): readonly Parameter[] {
    return [
      ...filled([
        ["index", index],
        ["wait", `${WAIT_MS}ms`],
        ["filter", filter],
      ]),
      ...(config.allow_stale ? [["stale", ""] satisfies Parameter] : []),
      ...[...config.node_meta].map(([key, value]) => ["node-meta", `${key}:${value}`] satisfies Parameter),
    ];
  }

  return {
    async datacenter(signal) {
      const { value } = await get("/v1/agent/self", [], wholeOf(agent), signal);
      const { Datacenter } = value.Config;
      if (Datacenter === "") throw new Error("invalid value '' for Config.Datacenter");
      return Datacenter;
    },
    services: (index, signal) => get("/v1/catalog/services", blocking(index, config.filter), wholeOf(entries(list(text))), signal),
    instances(service, read, index, signal) {
      const tags = config.tags.map((tag) => ["tag", tag] satisfies Parameter);
      const parameters = [...blocking(index, config.health_filter), ...tags];
      return get(`/v1/health/service/${encodeURIComponent(service)}`, parameters, itemsOf(read), signal);
    },
    close: () => http.close(),
  };
}

/** The address may come with a scheme, and with a path then; or it may be `unix://` and the path of a socket. */
function agentOf({ server, scheme, path_prefix: prefix }: ConsulConfig): { readonly baseUrl: string; readonly socketPath?: string } {
  const [, given, address] = /^(.*?):\/\/(.*)$/s.exec(server) ?? [];
  if (given === undefined) return { baseUrl: `${scheme || "http"}://${server}${prefix}` };
  if (given === "unix") return { baseUrl: `http://localhost${prefix}`, socketPath: address };
  if (given !== "http" && given !== "https") throw new Error(`Unknown protocol scheme: ${given}`);
  // Never back to http where https is asked for.
  const used = given === "https" ? given : scheme || "http";
  return { baseUrl: `${used}://${address}${address.includes("/") ? "" : prefix}` };
}

/** The section of the HTTP client, with the user that may stand beside it. */
function withUser(config: ConsulConfig): HttpClientConfig {
  const { username, password } = config;
  if (username === "" && password === undefined) return config;
  const user = { username, username_file: "", username_ref: "", password, password_file: "", password_ref: "" };
  return { ...config, basic_auth: user };
}

function filled(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.filter(([, value]) => value !== "");
}

/** In the order of the names, as Go has it: so caches in between see one URL for one question. */
function queryText(parameters: readonly Parameter[]): string {
  const query = new URLSearchParams(parameters);
  query.sort();
  return query.toString();
}

/** An unsigned 64-bit number; kept as text, which holds all of it. 0 is no index: it would not block. */
function readIndex(text: string): string {
  return /^\d{1,20}$/.test(text) ? text.replace(/^0+/, "") : "";
}
