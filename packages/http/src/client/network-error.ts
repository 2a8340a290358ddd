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
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  EPIPE: "broken pipe",
  ETIMEDOUT: "connection timed out",
};

/** A failed request in the words that Go uses, which people know and search for; `signal` tells a time limit from a cancellation. */
export function networkErrorText(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return isTimeout(signal.reason) ? "context deadline exceeded" : "context canceled";
  const { code = "", message = String(error), address, port, hostname, syscall, cause, errors } = firstOf(error);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `dial tcp: lookup ${hostname ?? ""}: no such host`;
  if (syscall === "connect" && code in REASONS)
    return `dial tcp ${address?.includes(":") ? `[${address}]` : address}:${port}: connect: ${REASONS[code]}`;
  if (code in REASONS) return `${syscall ?? "read"} tcp: ${REASONS[code]}`;
  if (code === "UND_ERR_SOCKET" && /other side closed/.test(message)) return "EOF";
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "dial tcp: i/o timeout";
  if (errors === undefined && cause !== undefined && message === "fetch failed") return networkErrorText(cause, signal);
  return message;
}

/** When a name has several addresses, each fails for itself: the first tells enough. */
function firstOf(error: unknown): SystemError {
  const system = (error ?? {}) as SystemError;
  return system.errors === undefined || system.errors.length === 0 ? system : (system.errors[0] as SystemError);
}

/** What `AbortSignal.timeout` and our own deadlines abort with. */
function isTimeout(reason: unknown): boolean {
  return typeof reason === "object" && reason !== null && (reason as { name?: unknown }).name === "TimeoutError";
}
