import { dirname } from "node:path";
import { encodeFrame, readFrames, type Files, type OpenFile } from "@ferula/files";
import { applyChange } from "../store/apply-change.ts";
import type { Change } from "../store/changes.ts";
import type { Groups } from "../store/group.ts";
import { decodeChange, encodeChange } from "./change-codec.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";

/**
 * The groups on disk: a snapshot at `path`, and beside it a journal of the changes since (docs/formats/pushgateway-state.md). What `append`
 * took is on disk when its promise resolves; upstream loses it at a kill until the next snapshot.
 */
export interface StateFile {
  /** The groups that were on disk. */
  readonly loaded: Groups;
  /** Bytes at the ends of journals that were no whole frames, as after a power cut; 0 when all is well. */
  readonly tornBytes: number;
  /** Whether changes wait in a journal, or a failure has to be mended. */
  readonly needsCompaction: () => boolean;
  /** Whether the journal should be compacted before its time: it is large, or can't be written to. */
  readonly isUrgent: () => boolean;
  /**
   * Writes a change to the journal, or throws, and then nothing was written; what it returns resolves when the change is on disk, and
   * rejects when nobody can tell.
   */
  readonly append: (change: Change) => Promise<void>;
  /** Replaces the snapshot by `groups`, which hold all changes so far, and drops the journal of those. */
  readonly compact: (groups: Groups) => Promise<void>;
  readonly close: () => void;
}

const JOURNAL_MAGIC = "FERULAPJ\x01";

/** A record that is larger would be taken for damage when it is read again. */
const MAX_RECORD_BYTES = 64 << 20;

/** Replaying a journal of this size takes about a second. */
const LARGE_JOURNAL_BYTES = 64 << 20;

/**
 * Opens the state at `path`, which need not exist. Throws when a file there can't be read or isn't ours: to start empty would be to
 * overwrite it.
 */
export function openStateFile(files: Files, path: string): StateFile {
  const journalPath = `${path}.journal`;
  const previousPath = `${path}.journal.previous`;
  const folder = dirname(path);
  const snapshot = files.stat(path) === undefined ? decodeSnapshot(new Uint8Array(), path) : decodeSnapshot(files.readFile(path), path);
  let snapshotSequence = snapshot.sequence;
  let sequence = snapshot.sequence;
  const torn = { bytes: 0 };
  let hasPrevious = files.stat(previousPath) !== undefined;
  if (hasPrevious) replay(files.readFile(previousPath), previousPath);
  let journal = files.open(journalPath, "append");
  let end = openJournal();
  /** The journal before this one, as long as changes in it may not be on disk. */
  let retiring: OpenFile | undefined;
  /** Why no change can be taken until a snapshot was written. */
  let failure: unknown;
  /** Whether the open journal is the file at `journalPath`. */
  let isStanding = true;
  let lastSync: Promise<void> = Promise.resolve();
  let nextSync: Promise<void> | undefined;

  /** Makes the changes of a journal that the snapshot does not have, and returns where its whole frames end. */
  function replay(bytes: Uint8Array, name: string): number {
    const magic = Buffer.from(bytes.subarray(0, JOURNAL_MAGIC.length)).toString("latin1");
    if (magic !== JOURNAL_MAGIC.slice(0, magic.length)) throw new Error(`cannot use ${name}: it is not a journal of this gateway`);
    if (magic.length < JOURNAL_MAGIC.length) {
      torn.bytes += bytes.length;
      return 0;
    }
    const { records, end: goodEnd } = readFrames(bytes, JOURNAL_MAGIC.length);
    torn.bytes += bytes.length - goodEnd;
    for (const record of records) {
      const { sequence: number, change } = decodeChange(record);
      if (number <= snapshot.sequence) continue;
      applyChange(snapshot.groups, change);
      sequence = number;
    }
    return goodEnd;
  }

  /** Reads the journal that is open and cuts off what is torn; a new one gets its header. Returns where the next frame goes. */
  function openJournal(): number {
    const bytes = new Uint8Array(journal.size());
    journal.read(bytes, 0);
    const goodEnd = replay(bytes, journalPath);
    if (goodEnd < bytes.length) journal.truncate(goodEnd);
    return goodEnd > 0 ? goodEnd : writeHeader(journal);
  }

  function writeHeader(file: OpenFile): number {
    file.write(Buffer.from(JOURNAL_MAGIC, "latin1"), 0);
    file.sync();
    files.syncFolder(folder);
    return JOURNAL_MAGIC.length;
  }

  /** Half a frame would hide what comes after it. */
  function undoWrite(): void {
    try {
      journal.truncate(end);
    } catch (error) {
      failure = error;
    }
  }

  /** One sync for all that was written while the one before ran. */
  function synced(): Promise<void> {
    nextSync ??= lastSync.then(startSync, startSync);
    return nextSync;
  }

  function startSync(): Promise<void> {
    nextSync = undefined;
    lastSync = syncJournals();
    return lastSync;
  }

  async function syncJournals(): Promise<void> {
    try {
      await Promise.all([retiring?.syncAsync(), journal.syncAsync()]);
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  /** From now on changes go to a new journal; the old one stays until the snapshot that is to come holds it. */
  async function rotate(): Promise<void> {
    files.rename(journalPath, previousPath);
    hasPrevious = true;
    isStanding = false;
    await replaceJournal();
  }

  /** Starts an empty journal in the place of the one that is open. When that fails, no change is taken until a snapshot was written. */
  async function replaceJournal(): Promise<void> {
    const old = journal;
    try {
      startJournal();
    } catch (error) {
      failure = error;
      throw error;
    }
    retiring = old;
    try {
      // A failure is told to those whose changes it concerns, and mended by the snapshot that is to come.
      await synced().catch(() => undefined);
    } finally {
      retiring = undefined;
      old.close();
    }
  }

  function startJournal(): void {
    const fresh = files.open(journalPath, "create");
    try {
      end = writeHeader(fresh);
    } catch (error) {
      fresh.close();
      throw error;
    }
    journal = fresh;
    isStanding = true;
    failure = undefined;
  }

  return {
    loaded: snapshot.groups,
    tornBytes: torn.bytes,
    needsCompaction: () => sequence > snapshotSequence || hasPrevious || failure !== undefined,
    isUrgent: () => failure !== undefined || end > LARGE_JOURNAL_BYTES,
    append(change) {
      if (failure !== undefined) throw new Error(`cannot write to ${journalPath}: ${(failure as Error).message}`, { cause: failure });
      const record = encodeChange(sequence + 1, change);
      if (record.length > MAX_RECORD_BYTES) {
        throw new Error(`cannot write to ${journalPath}: the change takes ${record.length} bytes, and ${MAX_RECORD_BYTES} are the most`);
      }
      const frame = encodeFrame(record);
      try {
        journal.write(frame, end);
      } catch (error) {
        undoWrite();
        throw new Error(`cannot write to ${journalPath}: ${(error as Error).message}`, { cause: error });
      }
      sequence++;
      end += frame.length;
      return synced();
    },
    async compact(groups) {
      const included = sequence;
      const bytes = encodeSnapshot(groups, included);
      if (!hasPrevious && isStanding) await rotate();
      await files.writeFileAtomicAsync(path, bytes);
      snapshotSequence = included;
      files.unlink(previousPath);
      hasPrevious = false;
      // What the snapshot does not hold must not be lost; mostly it holds everything, as no change is taken after a failure.
      if (failure !== undefined) await (sequence === included || !isStanding ? replaceJournal() : rotate());
    },
    close: () => journal.close(),
  };
}
