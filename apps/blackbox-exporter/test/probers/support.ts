import type { AddressInfo, Server } from "node:net";
import { readBlackboxConfig } from "../../src/config/blackbox-config.ts";
import { runProbe } from "../../src/probe.ts";
import { probers } from "../../src/probers/index.ts";

const toClose: Server[] = [];

/** Call it in afterEach. */
export function closeServers(): void {
  for (let server = toClose.pop(); server !== undefined; server = toClose.pop()) server.close();
}

/** Starts a server on loopback and gives its `host:port`. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  toClose.push(server);
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a probe came to. */
export interface Probed {
  readonly success: boolean;
  /** By `name` or `name{labels}`, as they are exposed. */
  readonly metrics: ReadonlyMap<string, number>;
  readonly log: string;
}

/** Probes by a module in YAML. */
export async function probe(
  yaml: string,
  target: string,
  { timeoutMs = 20_000, hostname = "", caller = new AbortController().signal } = {},
): Promise<Probed> {
  const { config } = readBlackboxConfig(`modules:\n  m: ${yaml}\n`, "blackbox.yml");
  const module = config.modules.get("m");
  const prober = module === undefined ? undefined : probers[module.prober];
  if (module === undefined || prober === undefined) throw new Error("no module m that can be probed by");
  const { success, registry, log } = await runProbe({
    prober,
    target,
    hostname,
    moduleName: "m",
    module,
    timeoutMs,
    logLevel: "debug",
    writeLog: () => undefined,
    caller,
  });
  const lines = (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return {
    success,
    log,
    metrics: new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))])),
  };
}
