import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { FragmentWriter } from "./fragment-writer.ts";
import { SegmentReader, type WalDamage } from "./segment-reader.ts";

/** Bytes of repaired records are written once there are this many. */
const WRITE_BYTES = 1 << 20;

/**
 * Takes what can't be read out of a segment, so that the next start does not meet it again and upstream, which drops all that follows
 * a damaged place, does not drop it. A torn end is cut off; damage before it means writing the readable records anew. When that fails
 * (a full disk), the segment stays as it is.
 */
export function repairSegment(files: Files, logger: Logger, path: string, damages: readonly WalDamage[], goodEnd: number): void {
  try {
    if (damages.every(({ offset }) => offset >= goodEnd)) cutEnd(files, path, goodEnd);
    else rewrite(files, path, new Set(damages.map(({ offset }) => offset)));
    logger.info("repaired a segment of the write-ahead log", { segment: path, damages: damages.length });
  } catch (error) {
    logger.error("cannot repair a segment of the write-ahead log; it stays as it is", { segment: path, err: error });
  }
}

function cutEnd(files: Files, path: string, goodEnd: number): void {
  const file = files.open(path, "update");
  try {
    file.truncate(goodEnd);
    file.sync();
  } finally {
    file.close();
  }
}

/** `malformed` holds the places of records that are whole but make no sense; those are left out. */
function rewrite(files: Files, path: string, malformed: ReadonlySet<number>): void {
  const temporary = `${path}.tmp`;
  const from = files.open(path, "read");
  try {
    const to = files.open(temporary, "create");
    try {
      const reader = new SegmentReader(from, path);
      const fragments = new FragmentWriter();
      let offset = 0;
      fragments.begin(0);
      while (reader.next()) {
        if (malformed.has(reader.recordOffset)) continue;
        fragments.add(reader.record);
        if (fragments.view().length < WRITE_BYTES) continue;
        to.write(fragments.view(), offset);
        offset += fragments.view().length;
        fragments.begin(offset);
      }
      fragments.padPage();
      to.write(fragments.view(), offset);
      to.sync();
    } finally {
      to.close();
    }
  } finally {
    from.close();
  }
  files.rename(temporary, path);
  files.syncFolder(path.slice(0, path.lastIndexOf("/")));
}
