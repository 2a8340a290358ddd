import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { ScrapeCase, Step } from "./scrape-case.ts";

/** The target of one server's jobs: each path is a case. */
export interface Exporter {
  readonly port: number;
  readonly close: () => void;
}

/** Starts one. A path below that of a case is redirected to: `/case/again` answers with the case's next step. */
export async function startExporter(cases: readonly ScrapeCase[], baseMs: number): Promise<Exporter> {
  const stepsOf = new Map(cases.map(({ name, steps }) => [name, steps]));
  const served = new Map<string, number>();
  const server = createServer((req, res) => {
    const [name = "", again] = (req.url ?? "").split("?")[0]?.slice(1).split("/") ?? [];
    const steps = stepsOf.get(name);
    if (steps === undefined) return void res.writeHead(404).end();
    const at = served.get(name) ?? 0;
    const step = steps[Math.min(at, steps.length - 1)] as Step;
    const isRedirect = step.headers["location"] !== undefined && again === undefined;
    if (!isRedirect) served.set(name, at + 1);
    answer(res, step, isRedirect, baseMs);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(res: ServerResponse, step: Step, isRedirect: boolean, baseMs: number): void {
  if (step.ends === "reset") return void res.socket?.destroy();
  if (isRedirect) return void res.writeHead(step.status, step.headers).end();
  const plain = Buffer.from(step.body(baseMs));
  const body = step.isGzipped ? gzipSync(plain) : plain;
  const { location: _, ...headers } = step.headers;
  res.writeHead(step.headers["location"] === undefined ? step.status : 200, {
    ...headers,
    ...(step.contentType === "" ? {} : { "content-type": step.contentType }),
    ...(step.isGzipped ? { "content-encoding": "gzip" } : {}),
    "content-length": String(body.length),
  });
  if (step.ends === "well") return void res.end(body);
  res.write(body.subarray(0, Math.floor(body.length / 2)), () => {
    if (step.ends === "early") res.socket?.end();
  });
}
