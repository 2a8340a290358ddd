import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileErrorText } from "@ferula/files";
import { HttpClientError } from "./http-client-error.ts";

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
  return new HttpClientError("request", `${what} ${path}: ${fileErrorText(path, error)}`, { cause: error });
}

/** Throws in upstream's words where a text is to come from a store of secrets: no program of upstream's comes with one. */
export function refuseReference(what: string, reference: string): void {
  if (reference !== "") throw new HttpClientError("request", `unable to use ${what}: cannot use secret ref without manager`);
}
