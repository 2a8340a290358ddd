import { posix } from "node:path";

/**
 * The path that a request means: without doubled slashes, `.` and `..`; a slash at the end stays (net/http `cleanPath`). It begins with
 * a slash.
 */
export function cleanPath(path: string): string {
  const clean = posix.normalize(path.startsWith("/") ? path : `/${path}`);
  return clean === "" ? "/" : clean;
}

/** A decoded path as it stands in a URL, slashes kept. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
