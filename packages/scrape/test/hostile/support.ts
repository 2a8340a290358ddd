import { createServer, type AddressInfo, type Socket } from "node:net";
import { createSharedMemory } from "@ferula/kernels";
import { labelsOf } from "@ferula/model";
import { eventually } from "@ferula/test-kit";
import type { SeriesRules } from "../../src/cache/series-maker.ts";
import { createWorkspaces } from "../../src/cache/workspace.ts";
import { afterTest, exporter, startLoop, world, type World } from "../support.ts";

/** What an attack came to. */
export interface Siege {
  readonly at: World;
  readonly health: string;
  readonly lastError: string;
  /** By how much the memory has grown that bodies are kept in. */
  readonly memoryBytes: number;
  /** Seconds at which another target of the server was scraped meanwhile. */
  readonly otherScrapes: readonly string[];
}

/** How a job stands up to its targets. */
export interface Defence {
  readonly yaml?: string;
  readonly rules?: Partial<SeriesRules>;
  /** Whether the target is down by its deadline only. */
  readonly untilDeadline?: boolean;
  readonly scheme?: "http" | "https";
}

/** A target that is a bare socket; `attack` is called when the request is there. */
export async function rawTarget(attack: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Who attacks doesn't mind that the other side hangs up.
    socket.on("error", () => undefined).once("data", () => attack(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Two scrapes of a hostile target, with one beside it that is not. */
export async function besiege(
  address: string,
  { yaml = "", rules = {}, untilDeadline = false, scheme = "http" }: Defence = {},
): Promise<Siege> {
  const calm = world();
  const workspaces = createWorkspaces(createSharedMemory());
  const at = { ...calm, deps: { ...calm.deps, workspaces } };
  const { address: good } = await exporter(() => "good 1\n");
  const hostile = startLoop(address, { world: at, yaml, rules, target: { url: `${scheme}://${address}/metrics` } });
  // Of another job: its own series are not those of the hostile one.
  startLoop(good, { world: at, target: { labels: labelsOf({ job: "calm" }) } });
  const before = workspaces.shared.usedBytes;
  for (let round = 0; round < 2; round++) {
    const { lastScrapeMs } = hostile.health();
    // The second tick is due 15 s after the first, of which the deadline took ten.
    await at.clock.advance(round > 0 && untilDeadline ? 5000 : 15_000);
    await eventually(() => at.samples("good").length > round);
    if (untilDeadline) await at.clock.advance(10_000);
    await eventually(() => hostile.health().lastScrapeMs > lastScrapeMs);
  }
  const { health, lastError } = hostile.health();
  const otherScrapes = at.samples("good").map((row) => row.split("@")[1]);
  return { at, health, lastError, memoryBytes: workspaces.shared.usedBytes - before, otherScrapes };
}

/** An answer's beginning. */
export function headOf(headers: Readonly<Record<string, string>> = {}): string {
  const all = { "content-type": "text/plain; version=0.0.4", ...headers };
  return `HTTP/1.1 200 OK\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
}

/** Writes `part` again and again, as fast as it is taken. */
export function pour(socket: Socket, part: string | Uint8Array): void {
  while (!socket.destroyed && socket.write(part));
  if (!socket.destroyed) socket.once("drain", () => pour(socket, part));
}
