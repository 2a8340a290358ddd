import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { SecureContextOptions, TLSSocket, TlsOptions } from "node:tls";
import { formatConfigErrors, readConfig } from "@ferula/config";
import type { Logger } from "@ferula/logging";
import { stampOf } from "../file-stamp.ts";
import type { Handler } from "../server/connections.ts";
import { basicCredentials, createPasswordCheck } from "./basic-auth.ts";
import { acceptsCertificate, serverTlsOptions, tlsFiles } from "./server-tls.ts";
import { isTlsEnabled, webFileShape, type TlsServerSection, type WebFileConfig } from "./web-file-shape.ts";

/** The web configuration file of a service, read again whenever it or a certificate has changed. */
export interface WebFile {
  readonly isTls: () => boolean;
  readonly tlsOptions: () => TlsOptions;
  /** Before a handshake: the new certificates when they have changed, else undefined. */
  readonly changedTls: () => SecureContextOptions | undefined;
  /** After a handshake: whether the client has shown what the file asks for. */
  readonly acceptsClient: (socket: TLSSocket) => boolean;
  /** Puts the headers of the file on every answer and asks for a password where it has users. */
  readonly guard: (handler: Handler) => Handler;
}

/**
 * Reads the file for the first time. Throws with place and reason when it is wrong. When a later version is wrong, that is logged and the
 * last good one stays. Whether there is TLS, and whether clients are asked for certificates, is settled by the first.
 */
export function openWebFile(path: string, logger: Logger): WebFile {
  const passwords = createPasswordCheck();
  let config = readWebFile(path);
  let configStamp = stampOf([path]);
  const first = tlsOf(config);
  const firstOptions = first === undefined ? {} : serverTlsOptions(first);
  let tlsStamp = stampOf([path, ...tlsFiles(first)]);

  /** Checked at every request: a stat costs microseconds, and a removed user must be out at once. */
  function current(): WebFileConfig {
    const stamp = stampOf([path]);
    if (stamp === configStamp) return config;
    configStamp = stamp;
    try {
      const next = readWebFile(path);
      if (needsRestart(first, tlsOf(next))) {
        logger.warn("The web configuration turns TLS or client certificates on or off; that takes effect after a restart");
      }
      config = next;
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
    guard: (handler) => (req, res) => {
      const { basic_auth_users: users, http_server_config: http } = current();
      for (const [name, value] of http.headers) if (value !== "") res.setHeader(name, value);
      if (users.size === 0) return handler(req, res);
      const given = basicCredentials(req.headers.authorization);
      if (given === undefined) return refuse(res, 401, "Unauthorized");
      passwords.isAllowed(given.user, given.password, users).then(
        (isAllowed) => (isAllowed ? handler(req, res) : refuse(res, 401, "Unauthorized")),
        (error: unknown) => {
          logger.error("Unable to check a password", { err: error });
          refuse(res, 500, "Internal Server Error");
        },
      );
    },
  };
}

function refuse(res: ServerResponse, status: number, text: string): void {
  if (status === 401) res.setHeader("WWW-Authenticate", "Basic");
  res.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" }).end(`${text}\n`);
}

function readWebFile(path: string): WebFileConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`cannot read the web configuration: ${(error as Error).message}`, { cause: error });
  }
  const result = readConfig(webFileShape, text, path);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value;
}

function tlsOf({ tls_server_config: tls }: WebFileConfig): TlsServerSection | undefined {
  return tls !== undefined && isTlsEnabled(tls) ? tls : undefined;
}

function needsRestart(first: TlsServerSection | undefined, next: TlsServerSection | undefined): boolean {
  const asks = (tls: TlsServerSection | undefined): boolean => tls !== undefined && !["", "NoClientCert"].includes(tls.client_auth_type);
  return (first === undefined) !== (next === undefined) || asks(first) !== asks(next);
}
