import { open, readdir, stat } from "node:fs/promises";
import { extname, join, posix, resolve } from "node:path";
import { hasErrorCode } from "@ferula/files";
import { escapeHtml, HttpError } from "@ferula/http";
import { compareUtf8 } from "@ferula/model";
import type { RequestHandler, Response } from "express";
import { sniffContentType, SNIFFED_BYTES } from "./content-sniffing.ts";
import { fileBelow, pathBelow, searchOf } from "./folder-files.ts";
import { USER_PAGE_HEADERS } from "./page-headers.ts";

/** Below it are the files of `--web.user-assets`. */
export const USER_PATH = "/user";

const INDEX = "index.html";

/**
 * Serves the files of a folder as Go does (net/http `FileServer`): a folder by its `index.html`, else as a list of what is in it, parts
 * of files where they are asked for, and redirects to the one address that each file and folder has.
 */
export function userAssets(folder: string): RequestHandler {
  return async (req, res) => {
    const path = pathBelow(USER_PATH, req);
    if (path === undefined) throw new HttpError(400, "400 Bad Request");
    const file = fileBelow(folder, path);
    if (file === undefined) throw new HttpError(404, NOT_FOUND);
    res.set(USER_PAGE_HEADERS);
    const redirect = (address: string): void =>
      void res
        .status(301)
        .set("Location", address + searchOf(req.originalUrl))
        .end();
    // Whether there is one or not.
    if (path.endsWith(`/${INDEX}`)) return redirect("./");
    try {
      const found = await stat(file);
      const address = addressOf(path, found.isDirectory());
      if (address !== undefined) return redirect(address);
      if (found.isDirectory()) await sendFolder(res, file, found.mtime);
      else await sendFile(res, file);
    } catch (error) {
      throw asRefusal(error);
    }
  };
}

const NOT_FOUND = "404 page not found";

/** Where a file or folder is found instead, relative to the request, or undefined when it was asked for by its own address. */
function addressOf(path: string, isFolder: boolean): string | undefined {
  const name = encodeURIComponent(posix.basename(path));
  if (isFolder) return path.endsWith("/") ? undefined : `${name}/`;
  return path.endsWith("/") ? `../${name}` : undefined;
}

async function sendFolder(res: Response, folder: string, changed: Date): Promise<void> {
  const index = join(folder, INDEX);
  if (await isThere(index)) return sendFile(res, index);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort(compareUtf8);
  // A name with a colon would be taken for an address with a scheme.
  const rows = names.map(
    (name) => `<a href="./${escapeHtml(encodeURI(name).replaceAll(/[?#]/g, encodeURIComponent))}">${escapeHtml(name)}</a>\n`,
  );
  const page = `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${rows.join("")}</pre>\n`;
  res.set("Last-Modified", changed.toUTCString()).type("html").send(page);
}

const UNKNOWN = "application/octet-stream";

async function sendFile(res: Response, file: string): Promise<void> {
  // What the name tells is what the answer says; only a file whose name tells nothing is looked into.
  const told = res.type(extname(file) || UNKNOWN).get("Content-Type");
  if (told === UNKNOWN) res.set("Content-Type", sniffContentType(await readStart(file)));
  await new Promise<void>((done, fail) => {
    const options = { dotfiles: "allow", etag: false, cacheControl: false } as const;
    res.sendFile(resolve(file), options, (error?: Error) => (error === undefined || res.headersSent ? done() : fail(error)));
  });
}

async function readStart(file: string): Promise<string> {
  const opened = await open(file);
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await opened.close();
  }
}

/** Whether something is there; what can't be looked at counts, so that reading it tells why. */
export async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: unknown) => !hasErrorCode(error, "ENOENT") && !hasErrorCode(error, "ENOTDIR"),
  );
}

/** What Go answers where a file can't be had. */
function asRefusal(error: unknown): unknown {
  if (hasErrorCode(error, "ENOENT") || hasErrorCode(error, "ENOTDIR")) return new HttpError(404, NOT_FOUND, { cause: error });
  if (hasErrorCode(error, "EACCES") || hasErrorCode(error, "EPERM")) return new HttpError(403, "403 Forbidden", { cause: error });
  const { status } = error as { readonly status?: number };
  if (status === 404) return new HttpError(404, NOT_FOUND, { cause: error });
  return error;
}
