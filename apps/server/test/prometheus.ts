import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { startProcess, tempFolder, type StartedProcess } from "@ferula/test-kit";

/** It runs from what was built, as worker threads can't load TypeScript. */
const PROGRAM = join(import.meta.dirname, "../bin/prometheus.js");

/** A server process. */
export interface Prometheus {
  readonly url: string;
  readonly process: StartedProcess;
  readonly get: (
    path: string,
    init?: RequestInit,
  ) => Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }>;
  /** The `data` of an answer of the API; rejects with any other. */
  readonly api: (path: string) => Promise<any>;
}

/** A folder with a configuration; `write` replaces it. */
export function configFolder(text: string): { readonly folder: string; readonly file: string; readonly write: (text: string) => void } {
  const folder = tempFolder();
  const file = join(folder, "prometheus.yml");
  const write = (next: string): void => writeFileSync(file, next);
  write(text);
  return { folder, file, write };
}

/** Starts the program with `flags` and nothing else. */
export function run(flags: readonly string[]): Promise<StartedProcess> {
  return startProcess(process.execPath, [PROGRAM, ...flags]);
}

/** Starts a server with the configuration and the data of `folder`, on a port of its own, and waits until it is ready. */
export async function startPrometheus(folder: string, flags: readonly string[] = []): Promise<Prometheus> {
  const started = await run([
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    "--web.listen-address=127.0.0.1:0",
    "--query.workers=1",
    "--scrape.discovery-reload-interval=100ms",
    ...flags,
  ]);
  await started.waitForLine("Server is ready to receive web requests");
  const url = `http://${/address=(\S+)/.exec(await started.waitForLine("Listening on"))?.[1]}`;
  const get: Prometheus["get"] = async (path, init) => {
    const response = await fetch(url + path, { redirect: "manual", ...init });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const api: Prometheus["api"] = async (path) => {
    const { status, text } = await get(path);
    if (status !== 200) throw new Error(`${path} is answered with ${status}: ${text}`);
    return (JSON.parse(text) as { data: unknown }).data;
  };
  return { url, process: started, get, api };
}

/** A target whose exposition is set by the test. */
export async function startTarget(contentType = "text/plain; version=0.0.4"): Promise<{ readonly address: string; exposition: string }> {
  const target = { address: "", exposition: "" };
  const server = createServer((_req, res) => res.setHeader("Content-Type", contentType).end(target.exposition));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  target.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return target;
}

const servers: ReturnType<typeof createServer>[] = [];

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
