import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { Gauge } from "@ferula/client";
import type { QueryResponseStep, TcpModule } from "../config/blackbox-config.ts";
import type { ProbeContext, Prober } from "./prober.ts";
import { resolveTarget } from "./resolve.ts";
import { recordTls } from "./tls-metrics.ts";
import { tlsConnectOptions } from "./tls-options.ts";

/** Connects, and where the module says so talks (prober/tcp.go). */
export const probeTcp: Prober = async (context) => {
  const { target, module, registry, logger } = context;
  const { tcp } = module;
  const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(target);
  if (match === null) {
    logger.error("Error splitting target address and port", { target });
    return false;
  }
  const failedByRegex = new Gauge({
    name: "probe_failed_due_to_regex",
    help: "Indicates if probe failed due to regex",
    registers: [registry],
  });
  const host = match[1].replace(/^\[(.*)\]$/, "$1");
  const { address } = await resolveTarget(host, tcp, registry);
  const serverName = tcp.tls_config.server_name || context.hostname || host;
  let connection = await dial(address, Number(match[2]), serverName, context);
  try {
    if (tcp.tls) recordTls(connection.socket as TLSSocket, registry, { withCipher: false });
    let lastMatch: readonly (string | undefined)[] = [];
    for (const step of tcp.query_response) {
      if (step.expect !== undefined) {
        const found = await expectLine(connection, step);
        if (found === undefined) {
          failedByRegex.set(1);
          logger.error("Regexp did not match", { regexp: step.expect.pattern });
          return false;
        }
        lastMatch = found;
        recordLabels(step, found, context);
      }
      if (step.expect_bytes !== "") await connection.expectBytes(Buffer.from(step.expect_bytes, "latin1"));
      if (step.send !== "") await connection.write(`${expand(step.send, lastMatch)}\n`);
      if (step.starttls) {
        connection = await startTls(connection, serverName, tcp, context.signal);
        recordTls(connection.socket as TLSSocket, registry, { withCipher: false });
      }
    }
    return true;
  } finally {
    connection.socket.destroy();
  }
};

/** A socket that is read line by line. */
interface Connection {
  readonly socket: Socket;
  /** The next line without its end; undefined when the peer has closed. */
  readonly line: () => Promise<string | undefined>;
  readonly expectBytes: (wanted: Buffer) => Promise<void>;
  readonly write: (text: string) => Promise<void>;
  /** Takes the hands off the socket, for another to read it. */
  readonly release: () => void;
}

function dial(address: string, port: number, serverName: string, { module, signal }: ProbeContext): Promise<Connection> {
  const { tcp } = module;
  const options = { host: address, port, ...(tcp.source_ip_address === "" ? {} : { localAddress: tcp.source_ip_address }) };
  const socket = tcp.tls ? connectTls({ ...options, ...tlsConnectOptions(tcp.tls_config), servername: serverName }) : connectTcp(options);
  return ready(socket, tcp.tls ? "secureConnect" : "connect", signal);
}

function startTls(plain: Connection, serverName: string, { tls_config: tls }: TcpModule, signal: AbortSignal): Promise<Connection> {
  plain.release();
  return ready(connectTls({ socket: plain.socket, ...tlsConnectOptions(tls), servername: serverName }), "secureConnect", signal);
}

function ready(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      socket.destroy();
      reject(new Error("the probe's time is over"));
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", reject);
    socket.once(event, () => {
      socket.off("error", reject);
      resolve(createConnection(socket));
    });
  });
}

function createConnection(socket: Socket): Connection {
  let buffer = Buffer.alloc(0);
  let ended: Error | true | undefined;
  let wake: () => void = () => undefined;
  const onData = (bytes: Buffer): void => {
    buffer = Buffer.concat([buffer, bytes]);
    wake();
  };
  const onEnd = (): void => {
    ended ??= true;
    wake();
  };
  const onError = (error: Error): void => {
    ended = error;
    wake();
  };
  socket.on("data", onData);
  socket.on("end", onEnd);
  socket.on("close", onEnd);
  socket.on("error", onError);

  async function more(): Promise<boolean> {
    if (ended !== undefined && ended !== true) throw ended;
    if (ended === true) return false;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    return true;
  }

  return {
    socket,
    async line() {
      for (;;) {
        const end = buffer.indexOf(10);
        if (end >= 0) {
          const line = buffer.subarray(0, end).toString("utf8").replace(/\r$/, "");
          buffer = buffer.subarray(end + 1);
          return line;
        }
        if (!(await more())) return undefined;
      }
    },
    async expectBytes(wanted) {
      while (buffer.length < wanted.length)
        if (!(await more())) throw new Error("the peer closed the connection before the expected bytes came");
      const got = buffer.subarray(0, wanted.length);
      buffer = buffer.subarray(wanted.length);
      if (!got.equals(wanted)) throw new Error(`expected the bytes ${wanted.toString("hex")}, got ${got.toString("hex")}`);
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        socket.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    release() {
      socket.off("data", onData);
      socket.off("end", onEnd);
      socket.off("close", onEnd);
      socket.off("error", onError);
    },
  };
}

/** Reads lines until one matches; its groups, or undefined when the peer closes before. */
async function expectLine(connection: Connection, { expect }: QueryResponseStep): Promise<readonly (string | undefined)[] | undefined> {
  for (;;) {
    const line = await connection.line();
    if (line === undefined) return undefined;
    const match = expect?.exec(line);
    if (match !== undefined) return match.groups;
  }
}

/** `${1}` and `$1` in a text to send stand for groups of the last match. */
function expand(text: string, groups: readonly (string | undefined)[]): string {
  return text.replace(/\$\{(\d+)\}|\$(\d+)/g, (_, braced?: string, bare?: string) => groups[Number(braced ?? bare)] ?? "");
}

/** What a match is to be shown as. */
function recordLabels({ labels }: QueryResponseStep, groups: readonly (string | undefined)[], { registry }: ProbeContext): void {
  if (labels.length === 0) return;
  const values = Object.fromEntries(labels.map(({ name, value }) => [name, expand(value, groups)]));
  registry.removeSingleMetric("probe_expect_info");
  new Gauge({ name: "probe_expect_info", help: "Explicit content matched", labelNames: Object.keys(values), registers: [registry] }).set(
    values,
    1,
  );
}
