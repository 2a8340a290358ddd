import type { Files } from "@ferula/files";
import { openJournaledState } from "../state/journaled-state.ts";
import { noObserver, type StateObserver } from "../state/observer.ts";
import { timed } from "../timed.ts";
import { fromTimestamp, meshEntryCodec, toTimestamp, type MeshEntryMessage, type RecordCodec } from "../state/messages.ts";

/** One integration of one receiver: `webhook` number 0 of `on-call`. */
export interface Integration {
  readonly receiver: string;
  readonly kind: string;
  readonly index: number;
}

/** What was sent last for a group to an integration. */
export interface NotificationEntry {
  readonly groupKey: string;
  readonly integration: Integration;
  readonly timestampMs: number;
  /** Hashes of the alerts that were firing and resolved in it: xxhash64 of their labels, in decimal digits. */
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

/** What was sent, so that it isn't sent again: on disk before it counts. */
export interface NotificationLog {
  readonly find: (groupKey: string, integration: Integration) => NotificationEntry | undefined;
  /** Resolves when the entry is on disk. It is forgotten `keepMs` after its time, at the latest after the retention. */
  readonly record: (entry: NotificationEntry, keepMs: number) => Promise<void>;
  /** Forgets what is over, and writes the snapshot. */
  readonly maintain: () => void;
  readonly close: () => void;
  readonly tornBytes: number;
}

export interface NotificationLogOptions {
  readonly files: Files;
  /** The file `nflog` in the storage folder. */
  readonly path: string;
  readonly retentionMs: number;
  readonly nowMs: () => number;
  readonly observer?: StateObserver;
}

/** An entry and the time at which it is forgotten. */
interface Logged {
  readonly entry: NotificationEntry;
  readonly expiresAtMs: number;
}

/** Opens the log at `path`. Throws when the file there can't be read. */
export function openNotificationLog({ files, path, retentionMs, nowMs, observer = noObserver }: NotificationLogOptions): NotificationLog {
  const state = openJournaledState(files, path, loggedCodec);
  const byKey = new Map<string, Logged>();

  const isOlderThanKnown = ({ groupKey, integration, timestampMs }: NotificationEntry): boolean =>
    timestampMs < (byKey.get(stateKey(groupKey, integration))?.entry.timestampMs ?? Number.NEGATIVE_INFINITY);

  function keep(logged: Logged): void {
    if (!isOlderThanKnown(logged.entry)) byKey.set(stateKey(logged.entry.groupKey, logged.entry.integration), logged);
  }

  function collect(): void {
    for (const [key, { expiresAtMs }] of byKey) {
      if (expiresAtMs <= nowMs()) byKey.delete(key);
    }
  }

  for (const logged of state.loaded) keep(logged);
  return {
    tornBytes: state.tornBytes,
    find: (groupKey, integration) => timed(() => byKey.get(stateKey(groupKey, integration))?.entry, observer.onQuery),
    async record(entry, keepMs) {
      // The clock went back: what is known is from the future, and stays.
      if (isOlderThanKnown(entry)) return;
      const logged = { entry, expiresAtMs: entry.timestampMs + Math.min(retentionMs, keepMs) };
      await state.append(logged);
      keep(logged);
    },
    maintain() {
      timed(collect, observer.onCollected);
      timed(() => state.snapshot(byKey.values()), observer.onSnapshot);
    },
    close: () => state.close(),
  };
}

const loggedCodec: RecordCodec<Logged> = {
  encode: (logged) => meshEntryCodec.encode(toMessage(logged)),
  decode: (bytes) => fromMessage(meshEntryCodec.decode(bytes)),
};

function stateKey(groupKey: string, { receiver, kind, index }: Integration): string {
  return `${groupKey}:${receiver}/${kind}/${index}`;
}

function toMessage({ entry: { groupKey, integration, timestampMs, firing, resolved }, expiresAtMs }: Logged): MeshEntryMessage {
  return {
    entry: {
      groupKey: new TextEncoder().encode(groupKey),
      receiver: { groupName: integration.receiver, integration: integration.kind, idx: integration.index },
      timestamp: toTimestamp(timestampMs),
      firingAlerts: [...firing],
      resolvedAlerts: [...resolved],
    },
    expiresAt: toTimestamp(expiresAtMs),
  };
}

function fromMessage({ entry, expiresAt }: MeshEntryMessage): Logged {
  if (entry === null || entry.receiver === null) throw new Error("an entry is missing");
  const { groupName, integration, idx } = entry.receiver;
  return {
    entry: {
      groupKey: new TextDecoder().decode(entry.groupKey),
      integration: { receiver: groupName, kind: integration, index: idx },
      timestampMs: fromTimestamp(entry.timestamp),
      firing: new Set(entry.firingAlerts),
      resolved: new Set(entry.resolvedAlerts),
    },
    expiresAtMs: fromTimestamp(expiresAt),
  };
}
