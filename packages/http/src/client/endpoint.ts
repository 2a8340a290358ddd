import { domainToASCII } from "node:url";
import { hostnameOf, portOf, type GoUrl } from "@ferula/go-url";
import { HttpClientError } from "./http-client-error.ts";

/** The host of a request as connections are made to it: no name is taken for an address that Go takes for a name, such as `web.1`. */
export interface Endpoint {
  readonly isSecure: boolean;
  /** Without brackets; names of other alphabets in ASCII. */
  readonly hostname: string;
  readonly port: number;
  /** `scheme://host:port`, always with the port: what connections are kept by. */
  readonly origin: string;
  /** What a Host header says: the port is there where it was written. */
  readonly authority: string;
}

const MAX_PORT = 65_535;

/** Of URLs that are asked for again. The text of an origin is hashed once, too. */
const known = new WeakMap<GoUrl, Endpoint>();

/** The endpoint of an http or https URL. Throws HttpClientError, in the words of package net, where the port is none. */
export function endpointOf(url: GoUrl): Endpoint {
  let endpoint = known.get(url);
  if (endpoint === undefined) {
    endpoint = toEndpoint(url);
    known.set(url, endpoint);
  }
  return endpoint;
}

function toEndpoint(url: GoUrl): Endpoint {
  const isSecure = url.scheme === "https";
  const hostname = asciiHost(hostnameOf(url));
  const written = portOf(url);
  const port = written === "" ? (isSecure ? 443 : 80) : Number(written);
  if (port > MAX_PORT) throw new HttpClientError("network", `dial tcp: address ${written}: invalid port`);
  const zone = hostname.indexOf("%");
  return {
    isSecure,
    hostname,
    port,
    origin: `${url.scheme}://${bracketed(hostname)}:${port}`,
    // A zone means something on this machine alone.
    authority: `${bracketed(zone < 0 ? hostname : hostname.slice(0, zone))}${written === "" ? "" : `:${written}`}`,
  };
}

/** What stands in an `Endpoint.origin`. */
export function readOrigin(origin: string): Pick<Endpoint, "isSecure" | "hostname" | "port"> {
  const [, scheme, host, port] = /^(\w+):\/\/(.*):(\d+)$/.exec(origin) ?? [];
  if (scheme === undefined) throw new Error(`BUG: ${origin} is no origin`);
  return { isSecure: scheme === "https", hostname: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/** `host:port` for a message or a tunnel. */
export function hostPort(hostname: string, port: number): string {
  return `${bracketed(hostname)}:${port}`;
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

/** RFC 5891; a name that has no such form is asked for as it is, and not found. */
function asciiHost(hostname: string): string {
  return /^[ -~]*$/.test(hostname) ? hostname : domainToASCII(hostname) || hostname;
}
