import { ByteReader, ByteWriter, crc32c } from "@ferula/bytes";
import type { Files, OpenFile } from "@ferula/files";
import type { MessageCodec } from "./messages.ts";

/**
 * Messages on disk: a snapshot in upstream's format, and beside it a journal of what has come since (docs/formats/alertmanager-state.md).
 *
 * The snapshot `<path>` is a row of protobuf messages, each after its length as a varint. The journal `<path>.journal` is a row of
 * frames: length and CRC32C of the message, each four bytes big-endian, and the message. What `append` was told is on disk when its
 * promise resolves; upstream loses it at a kill until the next snapshot.
 */
export interface JournaledState<Message> {
  /** What was on disk when it was opened: the snapshot's messages, then the journal's. */
  readonly loaded: readonly Message[];
  /** Bytes at the journal's end that were no whole frame and were cut off, as after a power cut; 0 when all is well. */
  readonly tornBytes: number;
  /** Resolves when the message is on disk. Fails when it can't be; then it may or may not be there after a restart. */
  readonly append: (message: Message) => Promise<void>;
  /** Replaces the snapshot by these messages and empties the journal. */
  readonly snapshot: (messages: Iterable<Message>) => void;
  readonly close: () => void;
}

const FRAME_HEADER_BYTES = 8;

/** A frame that claims to be larger than this is damage, not a message. */
const MAX_MESSAGE_BYTES = 16 << 20;

/**
 * Opens the state at `path`, which need not exist. Throws when the snapshot can't be read or decoded: to start empty would be to
 * overwrite it.
 */
export function openJournaledState<Message>(files: Files, path: string, codec: MessageCodec<Message>): JournaledState<Message> {
  const journalPath = `${path}.journal`;
  const snapshotMessages = files.stat(path) === undefined ? [] : decodeSnapshot(files.readFile(path), path, codec);
  const journal = files.open(journalPath, "append");
  const { messages: journalMessages, goodBytes, tornBytes } = readJournal(journal, codec);
  if (tornBytes > 0) journal.truncate(goodBytes);
  let end = goodBytes;
  let lastSync: Promise<void> = Promise.resolve();
  let nextSync: Promise<void> | undefined;

  /** One fsync for all that was appended while the one before ran. */
  function synced(): Promise<void> {
    nextSync ??= lastSync.then(startSync, startSync);
    return nextSync;
  }

  function startSync(): Promise<void> {
    nextSync = undefined;
    lastSync = journal.syncAsync();
    return lastSync;
  }

  return {
    loaded: [...snapshotMessages, ...journalMessages],
    tornBytes,
    async append(message) {
      const frame = encodeFrame(codec.encode(message));
      journal.write(frame, end);
      end += frame.length;
      await synced();
    },
    snapshot(messages) {
      const writer = new ByteWriter();
      for (const message of messages) {
        const bytes = codec.encode(message);
        writer.uvarint(bytes.length);
        writer.bytes(bytes);
      }
      files.writeFileAtomic(path, writer.view());
      journal.truncate(0);
      end = 0;
    },
    close: () => journal.close(),
  };
}

function decodeSnapshot<Message>(bytes: Uint8Array, path: string, codec: MessageCodec<Message>): Message[] {
  const messages: Message[] = [];
  const reader = new ByteReader(bytes);
  try {
    while (reader.remaining > 0) messages.push(codec.decode(reader.bytes(reader.uvarint())));
  } catch (error) {
    throw new Error(`cannot read message ${messages.length + 1} of the snapshot ${path}`, { cause: error });
  }
  return messages;
}

function readJournal<Message>(
  journal: OpenFile,
  codec: MessageCodec<Message>,
): { messages: Message[]; goodBytes: number; tornBytes: number } {
  const bytes = new Uint8Array(journal.size());
  journal.read(bytes, 0);
  const view = new DataView(bytes.buffer);
  const messages: Message[] = [];
  let at = 0;
  while (at + FRAME_HEADER_BYTES <= bytes.length) {
    const length = view.getUint32(at);
    const start = at + FRAME_HEADER_BYTES;
    if (length > MAX_MESSAGE_BYTES || start + length > bytes.length) break;
    if (crc32c(bytes, start, start + length) !== view.getUint32(at + 4)) break;
    messages.push(codec.decode(bytes.subarray(start, start + length)));
    at = start + length;
  }
  return { messages, goodBytes: at, tornBytes: bytes.length - at };
}

function encodeFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + message.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, crc32c(message, 0, message.length));
  frame.set(message, FRAME_HEADER_BYTES);
  return frame;
}
