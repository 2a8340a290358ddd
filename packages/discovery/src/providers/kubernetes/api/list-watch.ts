import type { Clock } from "@ferula/durations";
import { isHttpClientError } from "@ferula/http";
import { sleep, type Backoff } from "@ferula/lifecycle";
import { partOf, textOf, type Wire } from "../objects/wire.ts";
import type { ApiClient, Query } from "./api-client.ts";
import { isApiError, isExpired, isThrottled } from "./api-error.ts";
import type { WatchEvent } from "./watch-event.ts";

/** Is told what there is. What it throws counts as a mistake of the API. */
export interface ListWatchTarget {
  /** An object is there, perhaps as it was before. Returns its key. */
  readonly put: (object: Wire) => string;
  readonly remove: (object: Wire) => void;
  /** A list is complete: what isn't among these keys is gone. */
  readonly keepOnly: (keys: ReadonlySet<string>) => void;
}

/** What following the objects of a query needs. */
export interface ListWatchDeps {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** A request has failed; it is tried again. */
  readonly onFailure: (error: unknown) => void;
  /** The connection of a watch that was taken is lost, which happens. */
  readonly onBroken: (error: unknown) => void;
  /** The API has taken a watch, which is the last thing that may fail. */
  readonly onSuccess: () => void;
}

/** A watch is asked to end after 5 to 10 minutes, so that not all watches of all clients begin anew at the same time (client-go `Reflector`). */
const LEAST_WATCH_SECONDS = 300;

/** A watch that ends sooner is not asked for again at once. */
const SHORT_WATCH_MS = 1000;

/** One that has held so long shows that the API works: waits start over. A list of everything comes no more often than that. */
const STEADY_WATCH_MS = 10_000;

/**
 * Tells `target` of all objects of a query and of all that happens to them, until `signal` aborts. Whatever fails is tried again, and
 * what was told before stands meanwhile.
 */
export async function listAndWatch(query: Query, target: ListWatchTarget, deps: ListWatchDeps, signal: AbortSignal): Promise<void> {
  const { client, clock, backoff, random, onFailure, onBroken, onSuccess } = deps;

  /** The version of the list. */
  async function listAll(): Promise<string> {
    const seen = new Set<string>();
    const onObject = (object: Wire): void => void seen.add(target.put(object));
    let next = "";
    for (;;) {
      const page = await client.list(query, next, onObject, signal);
      if (page.next === "") {
        target.keepOnly(seen);
        return page.version;
      }
      next = page.next;
    }
  }

  function apply({ type, object }: WatchEvent): void {
    if (type === "DELETED") target.remove(object);
    else if (type !== "BOOKMARK") target.put(object);
  }

  /** From which version to go on; undefined if everything must be listed again. */
  let version: string | undefined;

  async function watchOnce(from: string): Promise<void> {
    const seconds = Math.round(LEAST_WATCH_SECONDS * (1 + random()));
    const startedMs = clock.nowMs();
    let isOpen = false;
    const onOpen = (): void => {
      isOpen = true;
      onSuccess();
    };
    const onEvent = (event: WatchEvent): void => {
      apply(event);
      version = textOf(partOf(event.object, "metadata"), "resourceVersion") || version;
    };
    let isBroken = false;
    const lastedMs = (): number => clock.nowMs() - startedMs;
    try {
      await client.watch(query, from, seconds, { onOpen, onEvent }, signal);
    } catch (error) {
      isBroken = isOpen && isHttpClientError(error);
      if (!isBroken) throw error;
      if (!signal.aborted) onBroken(error);
    } finally {
      if (isOpen && lastedMs() >= STEADY_WATCH_MS) backoff.reset();
    }
    if (isBroken || lastedMs() < SHORT_WATCH_MS) await sleep(backoff.nextMs(), signal, clock);
  }

  async function attempt(): Promise<void> {
    version ??= await listAll();
    await watchOnce(version);
  }

  while (!signal.aborted) {
    try {
      await attempt();
    } catch (error) {
      if (signal.aborted) return;
      // That an old version is forgotten is how the API works.
      if (!isExpired(error)) onFailure(error);
      // Where only the connection is lost, or the API has too much to do, the watch can go on from where it was.
      if (!isHttpClientError(error) && !isThrottled(error)) version = undefined;
      await sleep(Math.max(backoff.nextMs(), isApiError(error) ? error.retryAfterMs : 0), signal, clock);
    }
  }
}
