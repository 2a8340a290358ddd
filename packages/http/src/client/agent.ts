import type { buildConnector } from "undici";
// Not from its index, which loads fetch, caches and mocks, four times as much, at the start of every program.
import Agent from "undici/lib/dispatcher/agent.js";
import Pool from "undici/lib/dispatcher/pool.js";
import { hostPort, readOrigin } from "./endpoint.ts";

const MAX_HEADER_BYTES = 1 << 20;
const KEEP_ALIVE_MS = 300_000;

/**
 * What undici believes to speak with. It reads origins as the WHATWG has it, which refuses `http://web.1`; so each pool is given this one,
 * and the connector is told the true one. Requests carry a Host header of their own.
 */
const STAND_IN = "http://host.invalid";

/** Keeps connections of HTTP/1.1, made by `connect`, by origin: `scheme://host:port` as `Endpoint` has it. */
export function createAgent(connect: buildConnector.connector): Agent {
  return new Agent({
    factory: (origin, options) => new Pool(STAND_IN, { ...options, connect: connectorTo(String(origin), connect) }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Time limits are the caller's signal alone: one clock, one message.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    pipelining: 1,
  });
}

function connectorTo(origin: string, connect: buildConnector.connector): buildConnector.connector {
  const { isSecure, hostname, port } = readOrigin(origin);
  const target = { protocol: isSecure ? "https:" : "http:", hostname, host: hostPort(hostname, port), port: String(port) };
  return (options, callback) => connect({ ...options, ...target }, callback);
}
