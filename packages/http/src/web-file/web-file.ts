import { readFileSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SecureContextOptions, TLSSocket, TlsOptions } from "node:tls";
import { formatConfigErrors, readConfig, reveal } from "@ferula/config";
import type { Logger } from "@ferula/logging";
import { basicCredentials, createPasswordCheck } from "./basic-auth.ts";
import { webFileShape, type TlsServerSection, type WebFileConfig } from "./web-file-shape.ts";

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** The web configuration file of a service, read again whenever it or a certificate has changed. */
export interface WebFile {
  readonly isTls: () => boolean;
  readonly tlsOptions: () => TlsOptions;
  /** Before a handshake: the new certificates when they have changed, else undefined. */
  readonly changedTls: () => SecureContextOptions | undefined;
  /** Puts the headers of the file on every answer and asks for a password where it has users. */
  readonly guard: (handler: Handler) => Handler;
}

const VERSIONS = { TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

/** Reads the file for the first time. Throws with place and reason when it is wrong; later mistakes are logged and the last good one stays. */
export function openWebFile(path: string, logger: Logger): WebFile {
  const passwords = createPasswordCheck();
  let config = readWebFile(path);
  let configStamp = stampOf([path]);
  let tlsStamp = stampOf(tlsFiles(config));

  /** Checked at every request: a stat costs microseconds, and a removed user must be out at once. */
  function current(): WebFileConfig {
    const stamp = stampOf([path]);
    if (stamp === configStamp) return config;
    configStamp = stamp;
    try {
      config = readWebFile(path);
    } catch (error) {
      logger.error("Unable to reload the web configuration; the old one stays", { err: error });
    }
    return config;
  }

  return {
    isTls: () => config.tls_server_config !== undefined,
    tlsOptions: () => (config.tls_server_config === undefined ? {} : tlsOptions(config.tls_server_config)),
    changedTls() {
      const { tls_server_config: tls } = current();
      if (tls === undefined) return undefined;
      const stamp = stampOf([path, ...tlsFiles(config)]);
      if (stamp === tlsStamp) return undefined;
      try {
        const options = tlsOptions(tls);
        tlsStamp = stamp;
        return options;
      } catch (error) {
        logger.error("Unable to reload the certificate; the old one stays", { err: error });
        return undefined;
      }
    },
    guard: (handler) => (req, res) => {
      const { basic_auth_users: users, http_server_config: http, tls_server_config: tls } = current();
      for (const [name, value] of http.headers) res.setHeader(name, value);
      if (tls !== undefined && !hasAllowedName(req, tls.client_allowed_sans)) return refuse(res, 403, "Forbidden");
      if (users.size === 0) return handler(req, res);
      const given = basicCredentials(req.headers.authorization);
      passwords.isAllowed(given?.user ?? "", given?.password ?? "", users).then(
        (isAllowed) => {
          if (isAllowed) return handler(req, res);
          res.setHeader("WWW-Authenticate", "Basic");
          refuse(res, 401, "Unauthorized");
        },
        (error: unknown) => {
          logger.error("Unable to check a password", { err: error });
          refuse(res, 500, "Internal Server Error");
        },
      );
    },
  };
}

function refuse(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

function readWebFile(path: string): WebFileConfig {
  const result = readConfig(webFileShape, readFileSync(path, "utf8"), path);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value;
}

/** Changes when one of the files does; a file that is gone counts as changed. */
function stampOf(paths: readonly string[]): string {
  return paths
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((stat) => `${stat?.mtimeMs}/${stat?.size}/${stat?.ino}`)
    .join();
}

function tlsFiles({ tls_server_config: tls }: WebFileConfig): string[] {
  return tls === undefined ? [] : [tls.cert_file, tls.key_file, tls.client_ca_file].filter((path) => path !== "");
}

function tlsOptions(tls: TlsServerSection): TlsOptions {
  const ca = tls.client_ca_file === "" ? tls.client_ca : readFileSync(tls.client_ca_file, "utf8");
  const type = tls.client_auth_type;
  return {
    cert: tls.cert_file === "" ? tls.cert : readFileSync(tls.cert_file, "utf8"),
    key: tls.key_file === "" && tls.key !== undefined ? reveal(tls.key) : readFileSync(tls.key_file, "utf8"),
    ...(ca === "" ? {} : { ca }),
    minVersion: VERSIONS[tls.min_version],
    maxVersion: VERSIONS[tls.max_version],
    honorCipherOrder: tls.prefer_server_cipher_suites,
    requestCert: type !== "" && type !== "NoClientCert",
    rejectUnauthorized: type === "RequireAndVerifyClientCert" || type === "VerifyClientCertIfGiven",
  };
}

/** Whether one of the names in the client's certificate is on the list; without a list every certificate is. */
function hasAllowedName(req: IncomingMessage, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true;
  const names = (req.socket as TLSSocket).getPeerCertificate().subjectaltname?.split(", ") ?? [];
  return names.some((name) => allowed.includes(name.slice(name.indexOf(":") + 1)));
}
