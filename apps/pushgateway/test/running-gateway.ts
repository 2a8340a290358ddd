import { request, type IncomingHttpHeaders } from "node:http";
import { parseFlags } from "@ferula/flags";
import { noLogger } from "@ferula/logging";
import { flagsDefinition } from "../src/flags.ts";
import { startGateway, type Gateway } from "../src/gateway.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway on a port of its own. */
export interface RunningGateway extends Gateway {
  /** The path goes out as it is, dots and doubled slashes included. */
  readonly send: (method: string, path: string, body?: string | Uint8Array, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly quits: () => number;
}

/** Starts a gateway by its command line. The caller stops it. */
export async function runGateway(...argv: readonly string[]): Promise<RunningGateway> {
  const flags = parseFlags(flagsDefinition, ["--web.listen-address=127.0.0.1:0", ...argv]);
  if (flags.kind === "exit") throw new Error(flags.stderr);
  let quits = 0;
  const version = { version: "1.2.3", revision: "abc", branch: "main", buildUser: "me", buildDate: "today" };
  const gateway = await startGateway({ flags, version, logger: noLogger, quit: () => quits++ });
  const { hostname, port } = new URL(gateway.urls[0]);
  return {
    ...gateway,
    quits: () => quits,
    send: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const req = request({ hostname, port, method, path, headers, agent: false }, (res) => {
          let text = "";
          res.setEncoding("utf8");
          res.on("data", (chunk: string) => (text += chunk));
          res.on("end", () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
        });
        req.on("error", reject);
        req.end(body);
      }),
  };
}
