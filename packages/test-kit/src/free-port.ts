import { createServer, type AddressInfo } from "node:net";

/**
 * A TCP port of 127.0.0.1 that nobody listens on. Someone may take it before the caller does: give servers port 0 where they can tell
 * which one they got.
 */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
