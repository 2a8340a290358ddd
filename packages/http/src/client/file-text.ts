import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { HttpClientError } from "./http-client-error.ts";

/** What the system says of a file, in Go's words: the operation that failed and why. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
  EMFILE: "too many open files",
  ELOOP: "too many levels of symbolic links",
};

/** The text of a file without the white space around it. Throws HttpClientError, which begins with `what`: `unable to read CA cert`. */
export async function readFileText(what: string, path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw unreadable(what, path, error);
  }
}

/** As `readFileText`, for a connection that is about to be made. */
export function readFileTextSync(what: string, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw unreadable(what, path, error);
  }
}

function unreadable(what: string, path: string, error: unknown): HttpClientError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const reason = Object.hasOwn(REASONS, code) ? `${code === "EISDIR" ? "read" : "open"} ${path}: ${REASONS[code]}` : message;
  return new HttpClientError("request", `${what} ${path}: ${reason}`, { cause: error });
}

/** Throws in upstream's words where a text is to come from a store of secrets: no program of upstream's comes with one. */
export function refuseReference(what: string, reference: string): void {
  if (reference !== "") throw new HttpClientError("request", `unable to use ${what}: cannot use secret ref without manager`);
}
