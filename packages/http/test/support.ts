import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readField } from "@ferula/config";
import { createLogger, type Logger } from "@ferula/logging";
import type { Express } from "express";
import { httpClientField, listen, type HttpClientConfig, type Listening, type ListenOptions } from "../src/index.ts";

const toClose: (() => unknown)[] = [];

/** Call it in afterEach: closes and removes what a test made, the last first. */
export async function cleanUp(): Promise<void> {
  for (let close = toClose.pop(); close !== undefined; close = toClose.pop()) await close();
}

export function afterTest(close: () => unknown): void {
  toClose.push(close);
}

/** A folder of its own, gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ferula-http-"));
  afterTest(() => rmSync(path, { recursive: true }));
  return path;
}

export function file(name: string, text: string, dir: string = folder()): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

/** A logger that keeps its lines. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, logger: createLogger({ level: "debug", write: (line) => void lines.push(line) }) };
}

export async function serve(app: Express, options: Partial<ListenOptions> = {}): Promise<Listening> {
  const { logger } = recordingLogger();
  const listening = await listen({ app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger, ...options });
  afterTest(() => listening.close(0));
  return listening;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** Sends exactly these headers, and unpacks nothing. */
export function send(
  url: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const whole = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, text: whole.toString("utf8") });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Everything that a server says to these bytes until it closes. */
export function talk(address: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let said = "";
    socket.on("data", (chunk) => (said += chunk.toString("latin1")));
    socket.on("error", () => resolve(said));
    socket.on("close", () => resolve(said));
    socket.write(bytes);
  });
}

export function clientConfig(text: string, path: string = "/etc/x/config.yml"): HttpClientConfig {
  const result = readField(httpClientField, text, path);
  if (!result.ok) throw new Error(result.errors.map(({ path: at, reason }) => `${at}: ${reason}`).join("\n"));
  return result.value;
}
