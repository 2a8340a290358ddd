import { ByteReader, ByteWriter } from "@ferula/bytes";
import { encodeFrame, readFrames, type Files, type OpenFile } from "@ferula/files";
import { dirname } from "node:path";
import type { RecordCodec } from "./messages.ts";

/**
 * Records on disk: a snapshot in upstream's format, and beside it a journal of what has come since (docs/formats/alertmanager-state.md).
 * What `append` was told is on disk when its promise resolves; upstream loses it at a kill until the next snapshot.
 */
export interface JournaledState<Entry> {
  /** What was on disk when it was opened: the snapshot's records, then the journal's, older ones before newer. */
  readonly loaded: readonly Entry[];
  /** Bytes at the journal's end that were no whole frame and were cut off, as after a power cut; 0 when all is well. */
  readonly tornBytes: number;
  /** Resolves when the record is on disk. Fails when it can't be; then it may or may not be there after a restart. */
  readonly append: (entry: Entry) => Promise<void>;
  /** Replaces the snapshot by these records, and those that are being appended, and empties the journal. Returns the snapshot's bytes. */
  readonly snapshot: (entries: Iterable<Entry>) => number;
  readonly close: () => void;
}

/** A record that was written and waits to be on disk. */
interface Pending {
  readonly record: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the state at `path`, which need not exist. Throws when the snapshot can't be read or decoded: to start empty would be to
 * overwrite it.
 */
export function openJournaledState<Entry>(files: Files, path: string, codec: RecordCodec<Entry>): JournaledState<Entry> {
  const journalPath = `${path}.journal`;
  const snapshotEntries = files.stat(path) === undefined ? [] : decodeSnapshot(files.readFile(path), path, codec);
  const isNew = files.stat(journalPath) === undefined;
  const journal = files.open(journalPath, "append");
  // A file whose name is not on disk is lost in a power cut, however often it was synced.
  if (isNew) files.syncFolder(dirname(path));
  const { records, end: goodEnd } = readFrames(readAll(journal));
  const tornBytes = journal.size() - goodEnd;
  if (tornBytes > 0) journal.truncate(goodEnd);
  const journalEntries = records.map((record, i) => decodeRecord(record, `record ${i + 1} of the journal ${journalPath}`, codec));

  let end = goodEnd;
  let durableEnd = goodEnd;
  /** What the sync that runs makes durable, and what the next one will: one sync serves all that came while the one before ran. */
  let syncing: Pending[] = [];
  let waiting: Pending[] = [];

  function sync(): void {
    syncing = waiting;
    waiting = [];
    const upTo = end;
    const batch = syncing;
    journal.syncAsync().then(
      () => {
        // A snapshot in between has settled them already, and the journal has begun anew.
        if (syncing === batch) durableEnd = upTo;
        settle(batch);
      },
      (error: unknown) => {
        if (syncing === batch) rollBack(error);
        settle(batch);
      },
    );
  }

  function settle(batch: readonly Pending[]): void {
    for (const { resolve } of batch) resolve();
    if (syncing === batch) syncing = [];
    if (syncing.length === 0 && waiting.length > 0) sync();
  }

  /** After a sync that failed nobody knows what is on disk: what was not acknowledged is refused, and overwritten by what comes next. */
  function rollBack(error: unknown): void {
    const refused = [...syncing, ...waiting];
    waiting = [];
    end = durableEnd;
    for (const { reject } of refused) reject(error);
  }

  return {
    loaded: [...snapshotEntries, ...journalEntries],
    tornBytes,
    append(entry) {
      return new Promise((resolve, reject) => {
        const record = codec.encode(entry);
        const frame = encodeFrame(record);
        journal.write(frame, end);
        end += frame.length;
        waiting.push({ record, resolve, reject });
        if (syncing.length === 0) sync();
      });
    },
    snapshot(entries) {
      const pending = [...syncing, ...waiting];
      const writer = new ByteWriter();
      for (const entry of entries) writeRecord(writer, codec.encode(entry));
      for (const { record } of pending) writeRecord(writer, record);
      const snapshot = writer.view();
      files.writeFileAtomic(path, snapshot);
      syncing = [];
      waiting = [];
      for (const { resolve } of pending) resolve();
      journal.truncate(0);
      end = 0;
      durableEnd = 0;
      return snapshot.length;
    },
    close: () => journal.close(),
  };
}

function readAll(journal: OpenFile): Uint8Array {
  const bytes = new Uint8Array(journal.size());
  journal.read(bytes, 0);
  return bytes;
}

function writeRecord(writer: ByteWriter, record: Uint8Array): void {
  writer.uvarint(record.length);
  writer.bytes(record);
}

function decodeSnapshot<Entry>(bytes: Uint8Array, path: string, codec: RecordCodec<Entry>): Entry[] {
  const entries: Entry[] = [];
  const reader = new ByteReader(bytes);
  while (reader.remaining > 0) {
    const what = `record ${entries.length + 1} of the snapshot ${path}`;
    entries.push(decodeRecord(readRecord(reader, what), what, codec));
  }
  return entries;
}

function readRecord(reader: ByteReader, what: string): Uint8Array {
  try {
    return reader.bytes(reader.uvarint());
  } catch (error) {
    throw new Error(`cannot read ${what}: ${(error as Error).message}`, { cause: error });
  }
}

function decodeRecord<Entry>(record: Uint8Array, what: string, codec: RecordCodec<Entry>): Entry {
  try {
    return codec.decode(record);
  } catch (error) {
    throw new Error(`cannot read ${what}: ${(error as Error).message}`, { cause: error });
  }
}
