import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { Gauge, type Registry } from "@ferula/client";
import type { Regexp } from "@ferula/regexp";
import type { TcpModule } from "../config/connection-modules.ts";
import type { QueryResponseStep } from "../config/query-response.ts";
import { openConnection, type Connection } from "./connection.ts";
import type { ProbeContext, Prober } from "./prober.ts";
import { resolveTarget } from "./resolve.ts";
import { recordTls } from "./tls-metrics.ts";
import { tlsConnectOptions } from "./tls-options.ts";

/** Connects, and where the module says so talks (prober/tcp.go). */
export const probeTcp: Prober = async (context) => {
  const { registry, logger, module } = context;
  const opened = await open(context).catch((error: unknown) => {
    logger.error("Error dialing TCP", { err: context.signal.aborted ? context.signal.reason : error });
    return undefined;
  });
  if (opened === undefined) return false;
  logger.debug("Successfully dialed");
  const { connection, serverName } = opened;
  try {
    if (module.tcp.tls) recordTls(connection.socket as TLSSocket, registry, { withCipher: false });
    return await talk(connection, serverName, context);
  } finally {
    connection.socket.destroy();
  }
};

/** A connection, and the name that the peer's certificate must be for. */
interface Opened {
  readonly connection: Connection;
  readonly serverName: string;
}

/** Fails when the target can't be read, found or reached. */
async function open(context: ProbeContext): Promise<Opened> {
  const { target, module, hostname } = context;
  const { tcp } = module;
  const [host, port] = splitTarget(context);
  const { resolved } = await resolveTarget(host, tcp, context);
  if (resolved === undefined) throw new Error(`no address for ${target}`);
  if (tcp.source_ip_address !== "" && isIP(tcp.source_ip_address) === 0) {
    throw new Error(`error parsing source ip address: ${tcp.source_ip_address}`);
  }
  const serverName = tcp.tls_config.server_name || hostname || host;
  return { connection: await dial(resolved.address, port, serverName, context), serverName };
}

function splitTarget({ target, logger }: ProbeContext): readonly [host: string, port: number] {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):(\d+)$/.exec(target);
  if (match !== null) return [match[1] ?? match[2], Number(match[3])];
  const reason = target.includes(":") ? "a port must be a number, and an IPv6 address stand in brackets" : "missing port in address";
  const error = new Error(`address ${target}: ${reason}`);
  logger.error("Error splitting target address and port", { err: error });
  throw error;
}

function dial(address: string, port: number, serverName: string, { module, signal }: ProbeContext): Promise<Connection> {
  const { tcp } = module;
  const options = { host: address, port, ...(tcp.source_ip_address === "" ? {} : { localAddress: tcp.source_ip_address }) };
  const socket = tcp.tls ? connectTls({ ...options, ...tlsConnectOptions(tcp.tls_config, serverName) }) : connectTcp(options);
  return openConnection(socket, tcp.tls ? "secureConnect" : "connect", signal);
}

/** Goes through the steps of the conversation; the first that fails ends it. */
async function talk(plain: Connection, serverName: string, context: ProbeContext): Promise<boolean> {
  const { module, registry, logger, signal } = context;
  const failures = createFailureGauges(registry);
  let connection = plain;
  for (const step of module.tcp.query_response) {
    let { send } = step;
    if (step.expect !== undefined) {
      const line = await expectLine(connection, step.expect);
      failures.regex.set(line === undefined ? 1 : 0);
      if (line === undefined) {
        logger.error("Regexp did not match", { regexp: step.expect.pattern });
        return false;
      }
      recordLabels(step.labels, step.expect, line, registry);
      send = step.expect.expand(send, line) ?? "";
    }
    if (step.expect_bytes !== "") {
      const wanted = Buffer.from(step.expect_bytes);
      const got = await connection.bytes(wanted.length);
      failures.bytes.set(got.equals(wanted) ? 0 : 1);
      if (!got.equals(wanted)) {
        logger.error("Bytes did not match", { expected: wanted.toString("hex"), bytes: got.toString("hex") });
        return false;
      }
    }
    if (send !== "") await connection.write(`${send}\n`);
    if (step.starttls) {
      connection = await startTls(connection, serverName, module.tcp, signal);
      recordTls(connection.socket as TLSSocket, registry, { withCipher: false });
    }
  }
  return true;
}

function createFailureGauges(registry: Registry): { readonly regex: Gauge; readonly bytes: Gauge } {
  const gauge = (by: string): Gauge =>
    new Gauge({ name: `probe_failed_due_to_${by}`, help: `Indicates if probe failed due to ${by}`, registers: [registry] });
  return { regex: gauge("regex"), bytes: gauge("bytes") };
}

function startTls(plain: Connection, serverName: string, { tls_config: tls }: TcpModule, signal: AbortSignal): Promise<Connection> {
  plain.release();
  return openConnection(connectTls({ socket: plain.socket, ...tlsConnectOptions(tls, serverName) }), "secureConnect", signal);
}

/** The first line that matches, or undefined when the peer closes before there is one. */
async function expectLine(connection: Connection, expect: Regexp): Promise<string | undefined> {
  let line = await connection.line();
  while (line !== undefined && !expect.test(line)) line = await connection.line();
  return line;
}

/** What a match is to be shown as. */
function recordLabels(labels: QueryResponseStep["labels"], expect: Regexp, line: string, registry: Registry): void {
  if (labels.length === 0) return;
  const values = Object.fromEntries(labels.map(({ name, value }) => [name, expect.expand(value, line) ?? ""]));
  registry.removeSingleMetric("probe_expect_info");
  new Gauge({ name: "probe_expect_info", help: "Explicit content matched", labelNames: Object.keys(values), registers: [registry] }).set(
    values,
    1,
  );
}
