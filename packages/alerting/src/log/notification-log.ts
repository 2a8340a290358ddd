import type { Files } from "@ferula/files";
import { openJournaledState } from "../state/journaled-state.ts";
import { fromTimestamp, meshEntryCodec, toTimestamp, type MeshEntryMessage } from "../state/messages.ts";

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
}

/** Opens the log at `path`. Throws when the file there can't be read. */
export function openNotificationLog({ files, path, retentionMs, nowMs }: NotificationLogOptions): NotificationLog {
  const state = openJournaledState(files, path, meshEntryCodec);
  const byKey = new Map<string, { readonly entry: NotificationEntry; readonly expiresAtMs: number }>();

  function keep(message: MeshEntryMessage): void {
    const entry = fromMeshEntry(message);
    const key = stateKey(entry.groupKey, entry.integration);
    const known = byKey.get(key);
    if (known !== undefined && known.entry.timestampMs > entry.timestampMs) return;
    byKey.set(key, { entry, expiresAtMs: fromTimestamp(message.expiresAt) });
  }

  for (const message of state.loaded) keep(message);
  return {
    tornBytes: state.tornBytes,
    find: (groupKey, integration) => byKey.get(stateKey(groupKey, integration))?.entry,
    async record(entry, keepMs) {
      const expiresAtMs = entry.timestampMs + Math.min(retentionMs, keepMs);
      await state.append(toMeshEntry(entry, expiresAtMs));
      keep(toMeshEntry(entry, expiresAtMs));
    },
    maintain() {
      for (const [key, { expiresAtMs }] of byKey) {
        if (expiresAtMs <= nowMs()) byKey.delete(key);
      }
      state.snapshot([...byKey.values()].map(({ entry, expiresAtMs }) => toMeshEntry(entry, expiresAtMs)));
    },
    close: () => state.close(),
  };
}

function stateKey(groupKey: string, { receiver, kind, index }: Integration): string {
  return `${groupKey}:${receiver}/${kind}/${index}`;
}

function toMeshEntry({ groupKey, integration, timestampMs, firing, resolved }: NotificationEntry, expiresAtMs: number): MeshEntryMessage {
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

function fromMeshEntry({ entry }: MeshEntryMessage): NotificationEntry {
  const { groupName, integration, idx } = entry.receiver;
  return {
    groupKey: new TextDecoder().decode(entry.groupKey),
    integration: { receiver: groupName, kind: integration, index: idx },
    timestampMs: fromTimestamp(entry.timestamp),
    firing: new Set(entry.firingAlerts),
    resolved: new Set(entry.resolvedAlerts),
  };
}
