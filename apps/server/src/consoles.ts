import { posix } from "node:path";
import { fileErrorText, glob, hasErrorCode, type Files } from "@ferula/files";
import { abortOnDisconnect, HttpError } from "@ferula/http";
import type { Labels } from "@ferula/model";
import { originOf, parseGoQuery } from "@ferula/query-api";
import { expandConsole, type ConsoleTemplate } from "@ferula/rules";
import type { RequestHandler } from "express";
import { sniffContentType, SNIFFED_BYTES } from "./content-sniffing.ts";
import { fileBelow, pathBelow, searchOf } from "./folder-files.ts";
import { USER_PAGE_HEADERS } from "./page-headers.ts";
import type { Evaluate } from "./parts.ts";

/** What consoles are made of. */
export interface ConsoleDeps {
  readonly files: Pick<Files, "readFileAsync" | "readFolder" | "stat">;
  /** `--web.console.templates`. */
  readonly templates: string;
  /** `--web.console.libraries`. */
  readonly libraries: string;
  readonly evaluate: Evaluate;
  readonly externalLabels: () => Labels;
  readonly externalUrl: string;
  readonly nowMs: () => number;
}

/** Below it are the consoles. */
export const CONSOLES_PATH = "/consoles";

/**
 * Makes the page of a console at each request (web/web.go `consoles`), so that one that is edited shows at once. Answers 404 where there
 * is no such file, 400 for parameters that can't be read and 500 with the reason for a template that fails.
 */
export function consoleHandler(deps: ConsoleDeps): RequestHandler {
  const { evaluate, externalLabels, externalUrl, nowMs } = deps;

  return async (req, res) => {
    const path = pathBelow(CONSOLES_PATH, req);
    if (path === undefined) throw new HttpError(400, "400 Bad Request");
    const text = await readConsole(deps, path);
    const { pairs, problem } = parseGoQuery(searchOf(req.originalUrl).slice(1));
    if (problem !== undefined) throw new HttpError(400, problem);
    const evalTimeMs = nowMs();
    const signal = abortOnDisconnect(res);
    const origin = originOf(req);
    const page = await expand(
      { path, text, libraries: await readLibraries(deps, path) },
      { params: pairs, externalLabels: externalLabels(), externalUrl, evalTimeMs },
      (expr) => evaluate(expr, evalTimeMs, signal, origin),
    );
    res
      .set(USER_PAGE_HEADERS)
      .set("Content-Type", sniffContentType(page.slice(0, SNIFFED_BYTES)))
      .send(page);
  };
}

const expand: typeof expandConsole = async (...args) => {
  try {
    return await expandConsole(...args);
  } catch (error) {
    throw new HttpError(500, (error as Error).message);
  }
};

async function readConsole({ files, templates }: ConsoleDeps, path: string): Promise<string> {
  const file = fileBelow(templates, path);
  if (file === undefined) throw new HttpError(404, "http: invalid or unsafe file path");
  try {
    return decodeText(await files.readFileAsync(file));
  } catch (error) {
    if (hasErrorCode(error, "ENOTDIR")) throw new HttpError(404, "file does not exist");
    throw new HttpError(hasErrorCode(error, "EISDIR") ? 500 : 404, fileErrorText(file, error));
  }
}

async function readLibraries({ files, libraries }: ConsoleDeps, path: string): Promise<ConsoleTemplate["libraries"]> {
  const paths = glob(files, `${libraries}/*.lib`);
  return Promise.all(
    paths.map(async (file) => {
      try {
        return { name: posix.basename(file), text: decodeText(await files.readFileAsync(file)) };
      } catch (error) {
        throw new HttpError(500, `error parsing template files for __console_${path}: ${fileErrorText(file, error)}`);
      }
    }),
  );
}

function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
