import { isHttpClientError, type HttpClient } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import type { Clock } from "@ferula/durations";
import type { ApiAccess } from "../access/api-access.ts";
import type { KubernetesMetrics } from "../kubernetes-metrics.ts";
import { asObject, optionalText, partOf, partsOf, textOf, type Wire } from "../objects/wire.ts";
import { answerError, statusError } from "./api-error.ts";
import { createEventLines } from "./event-lines.ts";
import { pathOf, type KindName } from "./kinds.ts";

/** Which objects are asked for. */
export interface Query {
  readonly kind: KindName;
  /** "" for all namespaces. */
  readonly namespace: string;
  /** Selectors; "" for all objects. */
  readonly label: string;
  readonly field: string;
  /** Whether their names, labels, annotations and owners are enough. */
  readonly isMetadataOnly: boolean;
}

/** Some of the objects of a list. */
export interface Page {
  readonly items: readonly Wire[];
  /** The version of the whole list. */
  readonly version: string;
  /** Asks for the next page; "" on the last. */
  readonly next: string;
}

/** Something that has happened to an object. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: Wire;
}

/** Asks the API. Rejects with ApiError for an answer that is an error, else with what the network says. */
export interface ApiClient {
  /** The page that `next` of the one before stands for; "" is the first. */
  readonly list: (query: Query, next: string, signal: AbortSignal) => Promise<Page>;
  /** Hands on what happens from `version` on, until the API ends the watch, which it does after `seconds`. */
  readonly watch: (query: Query, version: string, seconds: number, listener: WatchListener, signal: AbortSignal) => Promise<void>;
}

/** Is told what a watch gives. What it throws ends the watch. */
export interface WatchListener {
  /** The API has taken the watch. */
  readonly onOpen: () => void;
  readonly onEvent: (event: WatchEvent) => void;
}

/** Objects a page. A page is parsed in one go, for which nothing else happens: it is half as long as those of Kubernetes' own clients. */
const PAGE_LENGTH = 250;

/** etcd takes objects up to 1.5 MiB, so that this holds a page of giants. */
const MOST_PAGE_BYTES = 512 << 20;
const MOST_EVENT_BYTES = 16 << 20;
const MOST_ERROR_BYTES = 64 << 10;

const LIST_TIMEOUT_MS = 60_000;

/** How much later than it should a watch may end, before its connection counts as dead. */
const WATCH_GRACE_MS = 30_000;

const EVENT_TYPES: ReadonlySet<string> = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);

const JSON_TYPE = "application/json";
const AS_METADATA = "as=PartialObjectMetadata";

/** A client of the API behind `access`. */
export function createApiClient(access: ApiAccess, clock: Clock, metrics: KubernetesMetrics): ApiClient {
  async function send<T>(query: Query, signal: AbortSignal, exchange: Exchange<T>): Promise<T> {
    const ready = await access.ready(signal);
    let isAnswered = false;
    const onStatus = (status: number): void => {
      isAnswered = true;
      metrics.requests.inc({ status_code: String(status) });
      if (status === 401) access.refused(ready);
    };
    try {
      return await exchange(ready.client, { ...ready.headers, accept: acceptOf(query) }, onStatus);
    } catch (error) {
      if (!isAnswered && isHttpClientError(error) && error.code !== "canceled") metrics.requests.inc({ status_code: "<error>" });
      throw error;
    }
  }

  async function requestPage(url: string, query: Query, signal: AbortSignal): Promise<Page> {
    const startedMs = performance.now();
    try {
      return await send(query, signal, async (client, headers, onStatus) => {
        const request = { url, headers, signal, maxBodyBytes: MOST_PAGE_BYTES };
        const { status, body, headers: answered } = await client.request(request);
        onStatus(status);
        const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
        if (status !== 200) throw answerError(status, text.slice(0, MOST_ERROR_BYTES), answered.get("retry-after"));
        return readPage(text, query);
      });
    } finally {
      metrics.requestSeconds.observe({ endpoint: endpointOf(query) }, (performance.now() - startedMs) / 1000);
    }
  }

  async function follow(url: string, query: Query, { onOpen, onEvent }: WatchListener, signal: AbortSignal): Promise<void> {
    const lines = createEventLines(MOST_EVENT_BYTES, (line) => onEvent(readEvent(line)));
    await send(query, signal, async (client, headers, onStatus) => {
      let isWatch = false;
      let refusal = "";
      const take = (bytes: Uint8Array): void => {
        if (isWatch) lines.take(bytes);
        else if (refusal.length < MOST_ERROR_BYTES) refusal += Buffer.from(bytes).toString("utf8");
      };
      const request = { url, headers, signal, maxBodyBytes: Number.POSITIVE_INFINITY };
      const { status, headers: answered } = await client.stream(request, take, (head) => {
        isWatch = head.status === 200;
        onStatus(head.status);
        if (isWatch) onOpen();
      });
      if (status !== 200) throw answerError(status, refusal, answered.get("retry-after"));
      lines.end();
    });
  }

  return {
    list(query, next, signal) {
      const page: Record<string, string> = next === "" ? {} : { continue: next };
      const url = urlOf(access.server, query, { limit: String(PAGE_LENGTH), ...page });
      return withDeadline(LIST_TIMEOUT_MS, signal, clock, (inTime) => requestPage(url, query, inTime));
    },
    watch(query, version, seconds, listener, signal) {
      const url = urlOf(access.server, query, {
        watch: "true",
        resourceVersion: version,
        allowWatchBookmarks: "true",
        timeoutSeconds: String(seconds),
      });
      return withDeadline(seconds * 1000 + WATCH_GRACE_MS, signal, clock, (inTime) => follow(url, query, listener, inTime));
    },
  };
}

type Headers = Readonly<Record<string, string>>;

/** One request and its answer, of which `onStatus` is told first. */
type Exchange<T> = (client: HttpClient, headers: Headers, onStatus: (status: number) => void) => Promise<T>;

function urlOf(server: string, { kind, namespace, label, field }: Query, more: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams(more);
  if (label !== "") parameters.set("labelSelector", label);
  if (field !== "") parameters.set("fieldSelector", field);
  return `${server}${pathOf(kind, namespace)}?${parameters.toString()}`;
}

/** As upstream's client names it in its metrics: without the namespace's name. */
function endpointOf({ kind, namespace }: Query): string {
  return pathOf(kind, namespace === "" ? "" : "{namespace}");
}

function acceptOf({ isMetadataOnly }: Query): string {
  return isMetadataOnly ? `${JSON_TYPE};${AS_METADATA};g=meta.k8s.io;v=v1, ${JSON_TYPE}` : JSON_TYPE;
}

/** Of what is no list there would be no version to watch from. */
function readPage(text: string, query: Query): Page {
  const list = parseObject(text, `the list of ${query.kind} objects`);
  const meta = partOf(list, "metadata");
  const version = optionalText(meta, "resourceVersion");
  if (version === undefined) throw new Error(`cannot read the list of ${query.kind} objects: it has no resource version`);
  return { items: partsOf(list, "items"), version, next: textOf(meta, "continue") };
}

function readEvent(line: string): WatchEvent {
  const event = parseObject(line, "an event of the watch");
  const type = textOf(event, "type");
  const object = partOf(event, "object");
  if (type === "ERROR") throw statusError(object);
  if (!EVENT_TYPES.has(type)) throw new Error(`cannot read an event of the watch: unknown type ${JSON.stringify(type)}`);
  return { type: type as WatchEvent["type"], object };
}

function parseObject(text: string, what: string): Wire {
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    throw new Error(`cannot read ${what}: ${(error as Error).message}`, { cause: error });
  }
}
