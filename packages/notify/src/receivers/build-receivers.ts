import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { reveal, type Secret } from "@ferula/config";
import { createHttpClient, type HttpClient, type TlsClientConfig } from "@ferula/http";
import type { ConnectionOptions, SecureVersion } from "node:tls";
import type { AlertmanagerFile } from "../config/alertmanager-config.ts";
import { splitHostPort } from "../config/host-port.ts";
import type { ReceiverSection } from "../config/receiver-config.ts";
import type { EmailSection } from "../config/receivers/email.ts";
import type { WebhookSection } from "../config/receivers/webhook.ts";
import type { Receiver } from "../pipeline/delivery.ts";
import type { Templates } from "../templates/templates.ts";
import { createEmail, type EmailOptions } from "./email.ts";
import { createWebhook } from "./webhook.ts";

/** The integrations of a configuration, by receiver, and the connections that they share. */
export interface BuiltReceivers {
  readonly receivers: ReadonlyMap<string, readonly Receiver[]>;
  readonly close: () => Promise<void>;
}

/** The names of the integrations that there are, for metrics. */
export const INTEGRATIONS: readonly string[] = ["email", "webhook"];

/** Makes the integrations of all receivers. Fails with the place of a section whose files can't be read; then nothing stays open. */
export function buildReceivers(config: AlertmanagerFile, templates: Templates, userAgent: string): BuiltReceivers {
  const clients: HttpClient[] = [];
  const close = async (): Promise<void> => void (await Promise.all(clients.map((client) => client.close())));
  const clientFor = (section: WebhookSection): HttpClient => {
    const client = createHttpClient(section.http_config, { userAgent });
    clients.push(client);
    return client;
  };
  const build = ({ name, email_configs: emails, webhook_configs: webhooks }: ReceiverSection, at: string): readonly Receiver[] => {
    const base = (kind: string, index: number, sendResolved: boolean): Pick<Receiver, "integration" | "sendResolved"> => ({
      integration: { receiver: name, kind, index },
      sendResolved,
    });
    return [
      ...webhooks.map((section, i) => {
        const client = placed(`${at}.webhook_configs[${i}].http_config`, () => clientFor(section));
        return createWebhook(base("webhook", i, section.send_resolved), webhookOptions(section), { client, templates });
      }),
      ...emails.map((section, i) => {
        const options = placed(`${at}.email_configs[${i}]`, () => emailOptions(section));
        return createEmail(base("email", i, section.send_resolved), options, templates);
      }),
    ];
  };
  try {
    return { receivers: new Map(config.receivers.map((section, i) => [section.name, build(section, `receivers[${i}]`)])), close };
  } catch (error) {
    void close();
    throw error;
  }
}

function placed<T>(at: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${at}: ${(error as Error).message}`, { cause: error });
  }
}

function webhookOptions({ url, url_file: file, max_alerts: maxAlerts, timeout }: WebhookSection): Parameters<typeof createWebhook>[1] {
  return { url: () => secretText(url, file), maxAlerts, timeoutMs: timeout };
}

function emailOptions(email: EmailSection): EmailOptions {
  const { host, port } = splitHostPort(email.smarthost) ?? { host: "", port: "" };
  const { auth_username: username, auth_identity: identity } = email;
  return {
    to: email.to,
    from: email.from,
    host,
    port: portNumber(port),
    hello: email.hello,
    async credentials() {
      if (username === "") return undefined;
      return {
        username,
        password: await secretText(email.auth_password, email.auth_password_file),
        secret: await secretText(email.auth_secret, email.auth_secret_file, false),
        identity,
      };
    },
    requireTls: email.require_tls ?? true,
    implicitTls: email.force_implicit_tls,
    tls: tlsOptions(email.tls_config),
    headers: email.headers,
    html: email.html,
    text: email.text,
  };
}

/** Services of mail by their names (RFC 6335), which Go takes for ports too. */
const SERVICES: ReadonlyMap<string, number> = new Map([
  ["smtp", 25],
  ["smtps", 465],
  ["submission", 587],
  ["submissions", 465],
]);

function portNumber(port: string): number {
  const number = SERVICES.get(port) ?? Number(port);
  if (!(number > 0 && number < 65_536)) throw new Error(`there is no port "${port}"`);
  return number;
}

/** Node's options for a `tls_config`; only what is configured is in them. Throws when a file can't be read. */
function tlsOptions(tls: TlsClientConfig | undefined): ConnectionOptions {
  if (tls === undefined) return {};
  const text = (file: string, inline: string): string | undefined => (file === "" ? inline || undefined : readTlsFile(file));
  const version = (name: string): SecureVersion | undefined => (name === "" ? undefined : TLS_VERSIONS.get(name));
  const options: ConnectionOptions = {
    rejectUnauthorized: !tls.insecure_skip_verify,
    servername: tls.server_name || undefined,
    ca: text(tls.ca_file, tls.ca),
    cert: text(tls.cert_file, tls.cert),
    key: text(tls.key_file, tls.key === undefined ? "" : reveal(tls.key)),
    minVersion: version(tls.min_version),
    maxVersion: version(tls.max_version),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function readTlsFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

const TLS_VERSIONS: ReadonlyMap<string, SecureVersion> = new Map([
  ["TLS10", "TLSv1"],
  ["TLS11", "TLSv1.1"],
  ["TLS12", "TLSv1.2"],
  ["TLS13", "TLSv1.3"],
]);

/** A secret from the configuration, or from its file, which is read each time. Upstream trims all files but that of the e-mail's `auth_secret`. */
async function secretText(value: Secret | undefined, file: string, trims: boolean = true): Promise<string> {
  if (file === "") return value === undefined ? "" : reveal(value);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Error(`could not read ${file}: ${(error as Error).message}`, { cause: error });
  });
  return trims ? text.trim() : text;
}
