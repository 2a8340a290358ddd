import { randomUUID } from "node:crypto";
import type { Files } from "@ferula/files";
import type { Labels } from "@ferula/model";
import { formatMatchers } from "../matchers/label-matchers.ts";
import { openJournaledState } from "../state/journaled-state.ts";
import { noObserver, type StateObserver } from "../state/observer.ts";
import { timed } from "../timed.ts";
import { silenceCodec } from "./silence-codec.ts";
import { silenceProblem, silences, silenceState, type Silence } from "./silence.ts";

/** A silence that can't be taken; `kind` tells the API whether it is wrong or not there. */
export class SilenceError extends Error {
  override name = "SilenceError";
  readonly kind: "invalid" | "not-found";
  constructor(kind: "invalid" | "not-found", message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What a client gives to make a silence, or to change the one with this id. */
export type SilenceDraft = Omit<Silence, "id" | "updatedAtMs" | "otherMatcherSets"> & { readonly id?: string };

/** The silences, on disk before they are acknowledged. */
export interface Silences {
  /** Makes a silence, or changes one; returns its id, which is new when the old one had to be expired. Fails with SilenceError. */
  readonly set: (draft: SilenceDraft) => Promise<string>;
  /** Ends a silence now; one that has ended stays as it is. Fails with SilenceError when there is none. */
  readonly expire: (id: string) => Promise<void>;
  readonly get: (id: string) => Silence | undefined;
  readonly all: () => readonly Silence[];
  /** The ids of the silences that are in force for an alert with these labels, in order. */
  readonly silencedBy: (labels: Labels) => readonly string[];
  /** Forgets what ended longer ago than the retention, and writes the snapshot. */
  readonly maintain: () => void;
  readonly close: () => void;
  /** Bytes of the journal that a crash had torn and that were cut off at the start. */
  readonly tornBytes: number;
}

export interface SilencesOptions {
  readonly files: Files;
  /** The file `silences` in the storage folder. */
  readonly path: string;
  /** How long an expired silence is kept. */
  readonly retentionMs: number;
  readonly nowMs: () => number;
  /** How many silences there may be, expired ones counted; 0 is no limit. */
  readonly maxSilences: number;
  /** How many bytes one may take in the file; 0, the default, is no limit. */
  readonly maxSilenceBytes?: number;
  readonly observer?: StateObserver;
  /** Is told of each change when it is on disk. */
  readonly onChange?: (change: SilenceChange, silence: Silence) => void;
}

/** What was done to a silence. */
export type SilenceChange = "create" | "expire" | "update";

/** Opens the silences at `path`. Throws when the file there can't be read. */
export function openSilences(options: SilencesOptions): Silences {
  const { files, path, retentionMs, nowMs, maxSilences, maxSilenceBytes = 0, observer = noObserver, onChange } = options;
  const codec = silenceCodec(retentionMs);
  const state = openJournaledState(files, path, codec);
  const byId = new Map<string, Silence>();
  /** Silences on their way to the disk count, or many that come at once would pass the limit. */
  let creating = 0;
  for (const silence of state.loaded) {
    const known = byId.get(silence.id);
    if (known === undefined || known.updatedAtMs <= silence.updatedAtMs) byId.set(silence.id, silence);
  }

  async function keep(silence: Silence, change: SilenceChange): Promise<void> {
    await state.append(silence);
    byId.set(silence.id, silence);
    onChange?.(change, silence);
  }

  /** As it is when it ends now; one that has not begun never will. */
  function ended(silence: Silence, atMs: number): Silence {
    const startsAtMs = silenceState(silence, atMs) === "pending" ? atMs : silence.startsAtMs;
    return { ...silence, startsAtMs, endsAtMs: atMs, updatedAtMs: atMs };
  }

  function checkSize(silence: Silence): void {
    if (maxSilenceBytes <= 0) return;
    const bytes = codec.encode(silence).length;
    if (bytes > maxSilenceBytes)
      throw new SilenceError("invalid", `silence exceeded maximum size: ${bytes} bytes (limit: ${maxSilenceBytes} bytes)`);
  }

  /** A silence of its own, in place of `replaced`, which must end for it. */
  async function create(draft: SilenceDraft, replaced: Silence | undefined, atMs: number): Promise<string> {
    const silence: Silence = { ...draft, id: randomUUID(), startsAtMs: Math.max(draft.startsAtMs, atMs), updatedAtMs: atMs };
    // Checked before the old one is ended: a change that is refused changes nothing.
    checkSize(silence);
    const count = byId.size + creating;
    if (maxSilences > 0 && count >= maxSilences) {
      throw new SilenceError("invalid", `exceeded maximum number of silences: ${count} (limit: ${maxSilences})`);
    }
    creating++;
    try {
      if (replaced !== undefined && silenceState(replaced, atMs) !== "expired") await keep(ended(replaced, atMs), "expire");
      await keep(silence, "create");
    } finally {
      creating--;
    }
    return silence.id;
  }

  function idsFor(labels: Labels): readonly string[] {
    const atMs = nowMs();
    const ids: string[] = [];
    for (const silence of byId.values()) {
      if (silenceState(silence, atMs) === "active" && silences(silence, labels)) ids.push(silence.id);
    }
    return ids.toSorted();
  }

  function collect(): void {
    for (const silence of byId.values()) {
      if (silence.endsAtMs + retentionMs <= nowMs()) byId.delete(silence.id);
    }
  }

  return {
    tornBytes: state.tornBytes,
    get: (id) => byId.get(id),
    all: () => [...byId.values()],
    async set(draft) {
      const atMs = nowMs();
      const problem = silenceProblem(draft);
      if (problem !== undefined) throw new SilenceError("invalid", problem);
      const known = draft.id === undefined || draft.id === "" ? undefined : byId.get(draft.id);
      if (draft.id && known === undefined) throw new SilenceError("not-found", "silence not found");
      if (draft.endsAtMs < atMs) throw new SilenceError("invalid", "invalid silence: end time can't be in the past");
      if (known === undefined || !canChange(known, draft, atMs)) return create(draft, known, atMs);
      const changed: Silence = { ...draft, id: known.id, updatedAtMs: atMs };
      checkSize(changed);
      await keep(changed, "update");
      return known.id;
    },
    async expire(id) {
      const silence = byId.get(id);
      if (silence === undefined) throw new SilenceError("not-found", "silence not found");
      const atMs = nowMs();
      if (silenceState(silence, atMs) !== "expired") await keep(ended(silence, atMs), "expire");
    },
    silencedBy: (labels) => timed(() => idsFor(labels), observer.onQuery),
    maintain() {
      timed(collect, observer.onCollected);
      timed(() => state.snapshot(byId.values()), observer.onSnapshot);
    },
    close: () => state.close(),
  };
}

/** Whether a change keeps what was promised: the same matchers, and no rewriting of what has begun (silence/silence.go `canUpdate`). */
function canChange(known: Silence, draft: SilenceDraft, atMs: number): boolean {
  if (known.otherMatcherSets !== undefined) return false;
  if (formatMatchers(known.matchers) !== formatMatchers(draft.matchers)) return false;
  switch (silenceState(known, atMs)) {
    case "active":
      return Math.floor(draft.startsAtMs / 1000) === Math.floor(known.startsAtMs / 1000) && draft.endsAtMs >= atMs;
    case "pending":
      return draft.startsAtMs >= atMs;
    case "expired":
      return false;
  }
}
