import type { Files } from "@ferula/files";
import { createTimeSlice } from "@ferula/lifecycle";
import { PromError } from "@ferula/model";
import { readLogFolder } from "../wal/log-folder.ts";
import { PAGE_BYTES, segmentName } from "../wal/format.ts";
import { SegmentReader } from "../wal/segment-reader.ts";

/** The event loop is given a turn after this long. */
const SLICE_MS = 10;

/** Takes a record; it is good until the next. `place` is for messages. */
export type VisitRecord = (record: Uint8Array, place: string) => void;

/**
 * Visits all records of the snapshot in `path`, in slices. A snapshot is worth something only as a whole: throws PromError("internal") at the
 * first damage, also for a RangeError of `visit`, and the file system's errors.
 */
export async function readSnapshot(files: Files, path: string, visit: VisitRecord): Promise<void> {
  const { segments } = readLogFolder(files, path);
  const slice = createTimeSlice(SLICE_MS);
  for (const [i, segment] of segments.entries()) {
    const name = `${path}/${segmentName(segment)}`;
    if (segment !== i) throw new PromError("internal", `cannot read ${name}: segment ${i} before it is missing`);
    const file = files.open(name, "read");
    try {
      checkLength(file.size(), name);
      const reader = new SegmentReader(file, name);
      while (reader.next()) {
        if (reader.damages.length > 0) break;
        visitPlaced(visit, reader, name);
        if (slice.isSpent()) await slice.yield();
      }
      const [damage] = reader.damages;
      if (damage !== undefined) throw new PromError("internal", `cannot read ${name} at offset ${damage.offset}: ${damage.reason}`);
    } finally {
      file.close();
    }
  }
  if (segments.length === 0) throw new PromError("internal", `cannot read ${path}: it has no segment`);
}

/** Who writes one fills its last page. */
function checkLength(sizeBytes: number, name: string): void {
  if (sizeBytes === 0 || sizeBytes % PAGE_BYTES !== 0) {
    throw new PromError("internal", `cannot read ${name}: ${sizeBytes} bytes are no whole pages`);
  }
}

function visitPlaced(visit: VisitRecord, reader: SegmentReader, name: string): void {
  try {
    visit(reader.record, name);
  } catch (error) {
    if ((error as Error).name !== "RangeError") throw error;
    throw new PromError("internal", `cannot read ${name} at offset ${reader.recordOffset}: ${(error as Error).message}`, { cause: error });
  }
}
