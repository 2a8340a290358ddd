import { posix } from "node:path";
import type { Request } from "express";

/** The path of a request below `mount`, decoded, with a slash before it; undefined where an escape in it is none. */
export function pathBelow(mount: string, { path }: Pick<Request, "path">): string | undefined {
  try {
    return decodeURIComponent(path.slice(mount.length));
  } catch {
    return undefined;
  }
}

/**
 * The file that a path names below a folder, which it can't leave by `..`; links are followed, as they are the work of who fills the
 * folder (net/http `Dir`). Undefined for a path that no file can have. There is no slash at its end.
 */
export function fileBelow(folder: string, path: string): string | undefined {
  if (path.includes("\0")) return undefined;
  const file = posix.join(folder === "" ? "." : folder, posix.normalize(`/${path}`));
  return file.length > 1 && file.endsWith("/") ? file.slice(0, -1) : file;
}

/** The query of an address, with its question mark; "" where it has none. */
export function searchOf(address: string): string {
  const mark = address.indexOf("?");
  return mark < 0 ? "" : address.slice(mark);
}
