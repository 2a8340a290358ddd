import { spawn } from "node:child_process";
import { createServer, type AddressInfo, type Server } from "node:net";
import { expect, test } from "@jest/globals";

/** A program that takes `--web.systemd-socket`. */
export interface InheritedSocketProgram {
  /** The program and its flags, without those of the address. */
  readonly command: readonly string[];
  /** A path that it answers with 200. */
  readonly path: string;
}

/** Starts its arguments under a process number that the environment tells, as systemd does. */
const AS_SYSTEMD = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"';

/** That a program answers on a socket that was open before it began, as a jest test. */
export function inheritedSocketContract(name: string, program: () => InheritedSocketProgram): void {
  test(`${name} listens on the socket that systemd hands over`, async () => {
    const { command, path } = program();
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(0, "127.0.0.1", resolve));
    const { port } = socket.address() as AddressInfo;
    const child = spawn("sh", ["-c", AS_SYSTEMD, "sh", ...command, "--web.systemd-socket"], {
      stdio: ["ignore", "ignore", "inherit", descriptorOf(socket)],
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    // The port stays open: it is the child's now.
    await new Promise((resolve) => socket.close(resolve));
    try {
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
    } finally {
      child.kill();
      await ended;
    }
  });
}

/** Node tells it nowhere else. */
function descriptorOf(server: Server): number {
  return (server as unknown as { readonly ["_handle"]: { readonly fd: number } })["_handle"].fd;
}
