import { isHttpClientError, type HttpClient, type ResponseHead } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import type { Clock } from "@ferula/durations";
import type { ApiAccess } from "../access/api-access.ts";
import type { KubernetesMetrics } from "../kubernetes-metrics.ts";
import type { Wire } from "../objects/wire.ts";
import { answerError, unreadable, type ApiError } from "./api-error.ts";
import { createEventLines } from "./event-lines.ts";
import { pathOf, type KindName } from "./kinds.ts";
import { readPage, type Page } from "./list-page.ts";
import { readEvent, type WatchEvent } from "./watch-event.ts";

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

/** Asks the API. Rejects with ApiError for an answer that is an error, else with what the network says. */
export interface ApiClient {
  /** Hands on the objects of the page that `next` of the one before stands for; "" is the first. */
  readonly list: (query: Query, next: string, onObject: (object: Wire) => void, signal: AbortSignal) => Promise<Page>;
  /** Hands on what happens from `version` on, until the API ends the watch, which it does after `seconds`. */
  readonly watch: (query: Query, version: string, seconds: number, listener: WatchListener, signal: AbortSignal) => Promise<void>;
}

/** Is told what a watch gives. What it throws ends the watch. */
export interface WatchListener {
  /** The API has taken the watch. */
  readonly onOpen: () => void;
  readonly onEvent: (event: WatchEvent) => void;
}

/** Objects a page: half as many as Kubernetes' own clients ask for, as the text of a page is held while it is read. */
const PAGE_LENGTH = 250;

/** etcd takes objects up to 1.5 MiB, so that this holds a page of giants. */
const MOST_PAGE_BYTES = 512 << 20;
const MOST_EVENT_BYTES = 16 << 20;
const MOST_ERROR_BYTES = 64 << 10;

const LIST_TIMEOUT_MS = 60_000;

/** How much later than it should a watch may end, before its connection counts as dead. */
const WATCH_GRACE_MS = 30_000;

const JSON_TYPE = "application/json";

/** How the API calls an object of which only the metadata is told, and a list of those: it refuses one for the other. */
const METADATA_OF = { list: "PartialObjectMetadataList", watch: "PartialObjectMetadata" };

/** A client of the API behind `access`. */
export function createApiClient(access: ApiAccess, clock: Clock, metrics: KubernetesMetrics): ApiClient {
  async function send<T>(accept: string, signal: AbortSignal, exchange: Exchange<T>): Promise<T> {
    const ready = await access.ready(signal);
    let isAnswered = false;
    const onStatus = (status: number): void => {
      isAnswered = true;
      metrics.requests.inc({ status_code: String(status) });
      if (status === 401) access.refused(ready);
    };
    try {
      return await exchange(ready.client, { ...ready.headers, accept }, onStatus);
    } catch (error) {
      if (!isAnswered && isHttpClientError(error) && error.code !== "canceled") metrics.requests.inc({ status_code: "<error>" });
      throw error;
    }
  }

  async function requestPage(url: string, query: Query, signal: AbortSignal): Promise<Buffer> {
    const startedMs = performance.now();
    try {
      return await send(acceptOf(query, "list"), signal, async (client, headers, onStatus) => {
        const request = { url, headers, signal, maxBodyBytes: MOST_PAGE_BYTES };
        const { status, body, headers: answered } = await client.request(request);
        onStatus(status);
        const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
        if (status !== 200) throw answerError(status, bytes.toString("utf8", 0, MOST_ERROR_BYTES), answered.get("retry-after"));
        return bytes;
      });
    } finally {
      metrics.requestSeconds.observe({ endpoint: endpointOf(query) }, (performance.now() - startedMs) / 1000);
    }
  }

  async function follow(url: string, query: Query, { onOpen, onEvent }: WatchListener, signal: AbortSignal): Promise<void> {
    const lines = createEventLines(MOST_EVENT_BYTES, (line) => onEvent(readEvent(line)));
    await send(acceptOf(query, "watch"), signal, async (client, headers, onStatus) => {
      let refusal = undefined as Refusal | undefined;
      const take = (bytes: Uint8Array): void => (refusal ?? lines).take(bytes);
      const request = { url, headers, signal, maxBodyBytes: Number.POSITIVE_INFINITY };
      await client.stream(request, take, (head) => {
        onStatus(head.status);
        if (head.status === 200) onOpen();
        else refusal = createRefusal(head);
      });
      if (refusal !== undefined) throw refusal.error();
      lines.end();
    });
  }

  return {
    list(query, next, onObject, signal) {
      const page: Record<string, string> = next === "" ? {} : { continue: next };
      const url = urlOf(access.server, query, { limit: String(PAGE_LENGTH), ...page });
      return withDeadline(LIST_TIMEOUT_MS, signal, clock, async (inTime) => {
        const body = await requestPage(url, query, inTime);
        return await readPage(body, onObject, inTime).catch((error: unknown) => {
          throw unreadable(`the list of ${query.kind} objects`, error);
        });
      });
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

function acceptOf({ isMetadataOnly }: Query, verb: keyof typeof METADATA_OF): string {
  return isMetadataOnly ? `${JSON_TYPE};as=${METADATA_OF[verb]};g=meta.k8s.io;v=v1, ${JSON_TYPE}` : JSON_TYPE;
}

interface Refusal {
  readonly take: (bytes: Uint8Array) => void;
  readonly error: () => ApiError;
}

/** What an answer says that is no watch. It is read so far and no further: it may never end. */
function createRefusal({ status, headers }: ResponseHead): Refusal {
  let text = "";
  const error = (): ApiError => answerError(status, text, headers.get("retry-after"));
  return {
    error,
    take(bytes) {
      text += Buffer.from(bytes).toString("utf8");
      if (text.length >= MOST_ERROR_BYTES) throw error();
    },
  };
}
