import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { TLSSocket, TlsOptions } from "node:tls";
import { formatConfigErrors, readConfig } from "@ferula/config";
import type { Logger } from "@ferula/logging";
import { fileErrorText } from "@ferula/files";
import { stampOf } from "../file-stamp.ts";
import type { Handler } from "../server/connections.ts";
import { basicCredentials } from "./basic-auth.ts";
import { createBcryptThread } from "./bcrypt-thread.ts";
import { acceptsCertificate } from "./client-certificate.ts";
import { createPasswordCheck, type Admittance } from "./password-check.ts";
import { createRateLimit } from "./rate-limit.ts";
import { serverTlsOptions, tlsFiles } from "./server-tls.ts";
import { HTTP2_CIPHERS, suitsHttp2 } from "./tls-names.ts";
import { isTlsEnabled, rateLimitField, webFileShape, type TlsServerSection, type WebFileConfig } from "./web-file-shape.ts";

/** The web configuration file of a service, read again whenever it or a certificate has changed. */
export interface WebFile {
  readonly isTls: () => boolean;
  readonly tlsOptions: () => TlsOptions;
  /** Before a handshake: the new options when they or a certificate have changed, else undefined. */
  readonly changedTls: () => TlsOptions | undefined;
  /** After a handshake: whether the client has shown what the file asks for. */
  readonly acceptsClient: (socket: TLSSocket) => boolean;
  /** Whether HTTP/2 is offered to clients that speak TLS. */
  readonly offersHttp2: () => boolean;
  /** Holds back what comes too often, puts the headers of the file on every other answer and asks for a password where it has users. */
  readonly guard: (handler: Handler) => Handler;
  readonly close: () => Promise<void>;
}

/**
 * Reads the file for the first time. Throws with place and reason when it is wrong. When a later version is wrong, that is logged and the
 * last good one stays. Whether there is TLS at all is settled by the first.
 */
export function openWebFile(path: string, logger: Logger): WebFile {
  const thread = createBcryptThread();
  const passwords = createPasswordCheck(thread.compare);
  let config = readWebFile(path);
  let configStamp = stampOf([path]);
  let isAdmitted = rateLimitOf(config);
  const first = tlsOf(config);
  const firstOptions = first === undefined ? {} : serverTlsOptions(first);
  if (first !== undefined && config.http_server_config.http2) checkHttp2(first);
  let tlsStamp = stampOf([path, ...tlsFiles(first)]);
  logRateLimit(config, logger);

  /** Checked at every request: a stat costs microseconds, and a removed user must be out at once. */
  function current(): WebFileConfig {
    const stamp = stampOf([path]);
    if (stamp === configStamp) return config;
    configStamp = stamp;
    try {
      const next = readWebFile(path);
      if ((first === undefined) !== (tlsOf(next) === undefined)) {
        logger.warn("The web configuration turns TLS on or off; that takes effect after a restart");
      }
      const isSameLimit = next.rate_limit.burst === config.rate_limit.burst && next.rate_limit.interval === config.rate_limit.interval;
      config = next;
      // The bucket of a limit that stays keeps what is in it.
      if (!isSameLimit) {
        isAdmitted = rateLimitOf(config);
        logRateLimit(config, logger);
      }
    } catch (error) {
      logger.error("Unable to reload the web configuration; the old one stays", { err: error });
    }
    return config;
  }

  return {
    isTls: () => first !== undefined,
    tlsOptions: () => firstOptions,
    changedTls() {
      const tls = tlsOf(current());
      if (tls === undefined) return undefined;
      const stamp = stampOf([path, ...tlsFiles(tls)]);
      if (stamp === tlsStamp) return undefined;
      tlsStamp = stamp;
      try {
        return serverTlsOptions(tls);
      } catch (error) {
        logger.error("Unable to reload the certificate; the old one stays", { err: error });
        return undefined;
      }
    },
    acceptsClient(socket) {
      // A file that has lost its section still guards a server that speaks TLS by what it began with.
      const tls = tlsOf(config) ?? first;
      return tls === undefined || acceptsCertificate(tls, socket);
    },
    offersHttp2: () => config.http_server_config.http2,
    guard: (handler) => (req, res) => {
      const { basic_auth_users: users, http_server_config: http } = current();
      if (!isAdmitted(performance.now())) return refuse(res, 429);
      for (const [name, value] of http.headers) res.setHeader(name, value);
      if (users.size === 0) return handler(req, res);
      const given = basicCredentials(req.headers.authorization);
      if (given === undefined) return refuse(res, 401);
      passwords.ask(given, users, req.socket.remoteAddress ?? "").then(
        (admittance) => (admittance === "allowed" ? handler(req, res) : refuse(res, REFUSALS[admittance])),
        (error: unknown) => {
          logger.error("Unable to check a password", { err: error });
          refuse(res, 500);
        },
      );
    },
    close: thread.close,
  };
}

/** Too many guesses are answered as too many requests are. */
const REFUSALS: Readonly<Record<Exclude<Admittance, "allowed">, RefusalStatus>> = { refused: 401, busy: 429 };

const REFUSAL_TEXTS = { 401: "Unauthorized", 429: "Too Many Requests", 500: "Internal Server Error" } as const;

type RefusalStatus = keyof typeof REFUSAL_TEXTS;

function refuse(res: ServerResponse, status: RefusalStatus): void {
  if (status === 401) res.setHeader("WWW-Authenticate", "Basic");
  res.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" });
  res.end(`${REFUSAL_TEXTS[status]}\n`);
}

function readWebFile(path: string): WebFileConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`cannot read the web configuration: ${fileErrorText(path, error)}`, { cause: error });
  }
  const result = readConfig(webFileShape, text, path);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value;
}

/** Go starts no HTTP/2 without a suite that each of its clients knows (golang.org/x/net/http2 `ConfigureServer`); a checker lets it pass. */
function checkHttp2({ min_version: min, cipher_suites: suites }: TlsServerSection): void {
  if (min === "TLS13" || suitsHttp2(suites)) return;
  throw new Error(
    `http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of ${HTTP2_CIPHERS.join(" or ")})`,
  );
}

function rateLimitOf({ rate_limit: { interval, burst } }: WebFileConfig): (nowMs: number) => boolean {
  return createRateLimit({ intervalMs: interval, burst });
}

function logRateLimit({ rate_limit: limit }: WebFileConfig, logger: Logger): void {
  if (limit.interval !== 0) logger.info("Rate Limiter is enabled.", rateLimitField.print(limit) as Record<string, unknown>);
}

function tlsOf({ tls_server_config: tls }: WebFileConfig): TlsServerSection | undefined {
  return tls !== undefined && isTlsEnabled(tls) ? tls : undefined;
}
