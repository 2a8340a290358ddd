import { createServer } from "node:net";
import type { Port } from "./services.ts";

/** A port that can't be had. */
export interface TakenPort extends Port {
  readonly reason: string;
}

export const HOST = "127.0.0.1";

/** Tries each port once and says which can't be listened on. */
export async function takenPorts(ports: readonly Port[]): Promise<readonly TakenPort[]> {
  const tried = await Promise.all(ports.map(async (port) => ({ ...port, reason: await reasonNotToListen(port.port) })));
  return tried.flatMap(({ flag, port, reason }) => (reason === undefined ? [] : [{ flag, port, reason }]));
}

function reasonNotToListen(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "EADDRINUSE" ? "another program listens on it" : `it can't be listened on (${error.code ?? error.message})`);
    });
    server.listen(port, HOST, () => server.close(() => resolve(undefined)));
  });
}
