import { ProxyUnreachable } from "./dial.ts";
import type { HttpClientErrorCode } from "./http-client-error.ts";

interface SystemError {
  readonly code?: string;
  readonly syscall?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly message?: string;
  readonly name?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
  /** What undici knows of a connection that the other side closed. */
  readonly socket?: { readonly bytesRead?: number } | null;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  EPIPE: "broken pipe",
  ETIMEDOUT: "connection timed out",
  EADDRNOTAVAIL: "cannot assign requested address",
  EMFILE: "too many open files",
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
};

const UNTRUSTED = "tls: failed to verify certificate: x509: certificate signed by unknown authority";

/** OpenSSL's verdicts on certificates in the words of Go's x509 package. */
const CERTIFICATE_REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_HAS_EXPIRED: "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
  CERT_NOT_YET_VALID: "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
  CERT_REVOKED: "tls: failed to verify certificate: x509: certificate is revoked",
};

/** Tells a time limit and a cancellation, which `signal` knows of, from everything else. */
export function networkErrorCode(signal: AbortSignal): HttpClientErrorCode {
  if (!signal.aborted) return "network";
  return isTimeout(signal.reason) ? "timeout" : "canceled";
}

/** A failed request in the words that Go uses, which people know and search for. */
export function networkErrorText(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return isTimeout(signal.reason) ? "context deadline exceeded" : "context canceled";
  if (error instanceof ProxyUnreachable) return `proxyconnect tcp: ${networkErrorText(error.cause, signal)}`;
  const system = firstOf(error);
  const { code = "", name, message = String(error), hostname = "", syscall } = system;
  if (code === "ENOTFOUND") return `dial tcp: lookup ${hostname}: no such host`;
  if (code === "EAI_AGAIN") return `dial tcp: lookup ${hostname}: server misbehaving`;
  if (syscall === "connect" && code in REASONS) return `dial ${addressOf(system)}: connect: ${REASONS[code]}`;
  if (code in REASONS) return `${syscall === "write" ? "write" : "read"} tcp: ${REASONS[code]}`;
  if (code in CERTIFICATE_REASONS) return CERTIFICATE_REASONS[code];
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `tls: failed to verify certificate: x509: ${alternativeNames(message)}`;
  if (code.startsWith("ERR_SSL_WRONG_VERSION_NUMBER") || /wrong version number|packet length too long/i.test(message)) {
    return "http: server gave HTTP response to HTTPS client";
  }
  if (code.startsWith("ERR_SSL_")) return `remote error: tls: ${message}`;
  if (code === "HPE_HEADER_OVERFLOW" || code === "UND_ERR_HEADERS_OVERFLOW") return "net/http: server response headers exceeded the limit";
  if (code.startsWith("HPE_") || name === "HTTPParserError" || message.startsWith("Response does not match"))
    return `net/http: HTTP/1.x transport connection broken: malformed HTTP response: ${message}`;
  if (code === "UND_ERR_SOCKET" && system.socket?.bytesRead === 0) return "EOF";
  if (code === "UND_ERR_SOCKET" || code === "Z_BUF_ERROR" || message === "terminated" || message === "aborted") return "unexpected EOF";
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "dial tcp: i/o timeout";
  if (code === "Z_DATA_ERROR") return message === "incorrect header check" ? "gzip: invalid header" : `gzip: ${message}`;
  return message;
}

/** When a name has several addresses, each fails for itself: the first tells enough. */
function firstOf(error: unknown): SystemError {
  const system = (error ?? {}) as SystemError;
  return system.errors === undefined || system.errors.length === 0 ? system : (system.errors[0] as SystemError);
}

function addressOf({ address = "", port }: SystemError): string {
  if (port === undefined) return `unix ${address}`;
  return `tcp ${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** Node: `Hostname/IP does not match certificate's altnames: Host: b. is not in the cert's altnames: DNS:a`. */
function alternativeNames(message: string): string {
  const [, wanted, names] = /(?:Host: |IP: )(\S+?)\.? is not in the cert's (?:altnames|list):\s*(.*)$/.exec(message) ?? [];
  if (wanted === undefined) return message;
  const valid = names.replaceAll(/\b(?:DNS|IP Address):/g, "");
  return valid === ""
    ? `cannot validate certificate for ${wanted} because it doesn't contain any IP SANs`
    : `certificate is valid for ${valid}, not ${wanted}`;
}

/** What `AbortSignal.timeout` and our own deadlines abort with. */
function isTimeout(reason: unknown): boolean {
  return typeof reason === "object" && reason !== null && (reason as { name?: unknown }).name === "TimeoutError";
}
