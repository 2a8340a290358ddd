import { ByteReader, ByteWriter } from "@ferula/bytes";
import { encodeFrame, readFrames } from "@ferula/files";
import { groupKey, type Group, type Groups, type StoredFamily } from "../store/group.ts";
import { readFamily, readLabels, writeFamily, writeLabels } from "./family-codec.ts";

/** What a snapshot holds. */
export interface Snapshot {
  /** The number of the last change that is in it. */
  readonly sequence: number;
  readonly groups: Map<string, Group>;
}

const MAGIC = "FERULAPG\x01";

/**
 * The bytes of a snapshot, see docs/formats/pushgateway-state.md. Each family is a record of its own: it came in one record of the
 * journal, so none is too large for a frame, however much was pushed to its group.
 */
export function encodeSnapshot(groups: Groups, sequence: number): Uint8Array {
  const out = new ByteWriter(1 << 16);
  const record = new ByteWriter();
  const add = (write: () => void): void => {
    record.reset();
    write();
    out.bytes(encodeFrame(record.view()));
  };
  out.utf8(MAGIC);
  add(() => {
    record.uvarint(sequence);
    record.uvarint(groups.size);
  });
  for (const { labels, families } of groups.values()) {
    add(() => {
      writeLabels(record, labels);
      record.uvarint(families.size);
    });
    for (const { pushedMs, family } of families.values()) {
      add(() => {
        record.f64be(pushedMs);
        writeFamily(record, family);
      });
    }
  }
  return out.view();
}

/** Reads a snapshot. `path` names it in errors. An empty file is an empty snapshot; anything else that is none is refused. */
export function decodeSnapshot(bytes: Uint8Array, path: string): Snapshot {
  if (bytes.length === 0) return { sequence: 0, groups: new Map() };
  if (Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") !== MAGIC) throw new Error(foreignFile(path));
  const { records, end } = readFrames(bytes, MAGIC.length);
  try {
    if (end !== bytes.length) throw new RangeError(`${bytes.length - end} bytes are no whole record`);
    return decodeRecords(records);
  } catch (error) {
    throw new Error(`cannot read ${path}: the file is damaged at byte ${end}: ${(error as Error).message}; move it away to start empty`, {
      cause: error,
    });
  }
}

function decodeRecords(records: readonly Uint8Array[]): Snapshot {
  let next = 0;
  const nextRecord = (): ByteReader => {
    if (next === records.length) throw new RangeError("records are missing at its end");
    return new ByteReader(records[next++]);
  };
  const head = nextRecord();
  const sequence = head.uvarint();
  const groupCount = head.uvarint();
  const groups = new Map<string, Group>();
  for (let i = 0; i < groupCount; i++) {
    const reader = nextRecord();
    const labels = readLabels(reader);
    const families = new Map<string, StoredFamily>();
    for (let left = reader.uvarint(); left > 0; left--) {
      const record = nextRecord();
      const stored = { pushedMs: record.f64be(), family: readFamily(record) };
      families.set(stored.family.name, stored);
    }
    groups.set(groupKey(labels), { labels, families });
  }
  if (next !== records.length) throw new RangeError(`${records.length - next} records are left over`);
  return { sequence, groups };
}

function foreignFile(path: string): string {
  return (
    `cannot use ${path} as --persistence.file: it was not written by this gateway, maybe by Prometheus' Pushgateway, whose format can't be read yet; ` +
    "it was left as it is: move it away, or give another path"
  );
}
