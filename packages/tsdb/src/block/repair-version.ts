import type { Files } from "@ferula/files";
import { PromError } from "@ferula/model";
import { INDEX_FILE, INDEX_V2, META_FILE } from "./format.ts";
import { decodeMeta, writeMeta } from "./meta.ts";

/** Where the version stands in an index. */
const VERSION_OFFSET = 4;

/**
 * Prometheus 2.1 wrote the version of the index into `meta.json` instead of the index. Puts both right for the block in `dir` and
 * returns whether there was anything to do, as tsdb/repair.go does at each start. Cut off in between it is simply done again.
 */
export function repairBadVersion(files: Files, dir: string): boolean {
  const path = `${dir}/${META_FILE}`;
  const text = new TextDecoder().decode(files.readFile(path));
  let json: { version?: unknown };
  try {
    json = JSON.parse(text) as { version?: unknown };
  } catch (cause) {
    throw new PromError("internal", `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  if (json?.version !== 2) return false;
  const meta = decodeMeta(new TextEncoder().encode(JSON.stringify({ ...json, version: 1 })), path);
  const indexPath = `${dir}/${INDEX_FILE}`;
  const index = files.open(indexPath, "update");
  try {
    index.write(Uint8Array.of(INDEX_V2), VERSION_OFFSET);
    index.sync();
  } finally {
    index.close();
  }
  writeMeta(files, dir, meta);
  return true;
}
