import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { reveal, type Secret } from "@ferula/config";
import { createHttpClient, type HttpClient, type TlsClientConfig } from "@ferula/http";
import type { ConnectionOptions, SecureVersion } from "node:tls";
import type { AlertmanagerFile, GlobalSection } from "../config/alertmanager-config.ts";
import type { EmailSection, WebhookSection } from "../config/receiver-config.ts";
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

export function buildReceivers(config: AlertmanagerFile, templates: Templates, userAgent: string): BuiltReceivers {
  const clients: HttpClient[] = [];
  const clientFor = (section: WebhookSection): HttpClient => {
    const client = createHttpClient(section.http_config ?? config.global.http_config, { userAgent });
    clients.push(client);
    return client;
  };
  const receivers = new Map(
    config.receivers.map(({ name, email_configs: emails, webhook_configs: webhooks }) => {
      const integration = (kind: string, index: number): Receiver["integration"] => ({ receiver: name, kind, index });
      return [
        name,
        [
          ...webhooks.map((section, i) =>
            createWebhook({ integration: integration("webhook", i), sendResolved: section.send_resolved }, webhookOptions(section), {
              client: clientFor(section),
              templates,
            }),
          ),
          ...emails.map((section, i) =>
            createEmail(
              { integration: integration("email", i), sendResolved: section.send_resolved },
              emailOptions(section, config.global),
              templates,
            ),
          ),
        ],
      ] as const;
    }),
  );
  return { receivers, close: async () => void (await Promise.all(clients.map((client) => client.close()))) };
}

function webhookOptions({ url, url_file: file, max_alerts: maxAlerts, timeout }: WebhookSection): Parameters<typeof createWebhook>[1] {
  return { url: () => secretText(url, file), maxAlerts, timeoutMs: timeout };
}

/** An e-mail section with what it takes from `global`. */
function emailOptions(email: EmailSection, global: GlobalSection): EmailOptions {
  const smarthost = email.smarthost || global.smtp_smarthost;
  const colon = smarthost.lastIndexOf(":");
  const hasOwnPassword = email.auth_password !== undefined || email.auth_password_file !== "";
  const hasOwnSecret = email.auth_secret !== undefined || email.auth_secret_file !== "";
  const username = email.auth_username || global.smtp_auth_username;
  return {
    to: email.to,
    from: email.from || global.smtp_from,
    host: smarthost.slice(0, colon).replace(/^\[(.*)\]$/, "$1"),
    port: Number(smarthost.slice(colon + 1)),
    hello: email.hello || global.smtp_hello,
    async credentials() {
      if (username === "") return undefined;
      return {
        username,
        password: hasOwnPassword
          ? await secretText(email.auth_password, email.auth_password_file)
          : await secretText(global.smtp_auth_password, global.smtp_auth_password_file),
        secret: hasOwnSecret
          ? await secretText(email.auth_secret, email.auth_secret_file, false)
          : await secretText(global.smtp_auth_secret, global.smtp_auth_secret_file, false),
        identity: email.auth_identity || global.smtp_auth_identity,
      };
    },
    requireTls: email.require_tls ?? global.smtp_require_tls,
    implicitTls: email.force_implicit_tls ?? global.smtp_force_implicit_tls,
    tls: tlsOptions(email.tls_config ?? global.smtp_tls_config),
    headers: email.headers,
    html: email.html,
    text: email.text,
  };
}

/** Node's options for a `tls_config`; only what is configured is in them. Throws when a file can't be read. */
function tlsOptions(tls: TlsClientConfig | undefined): ConnectionOptions {
  if (tls === undefined) return {};
  const text = (file: string, inline: string): string | undefined => (file === "" ? inline || undefined : readFileSync(file, "utf8"));
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

const TLS_VERSIONS: ReadonlyMap<string, SecureVersion> = new Map([
  ["TLS10", "TLSv1"],
  ["TLS11", "TLSv1.1"],
  ["TLS12", "TLSv1.2"],
  ["TLS13", "TLSv1.3"],
]);

/** A secret from the configuration, or from its file, which is read each time. Upstream trims all files but that of the e-mail's `auth_secret`. */
async function secretText(value: Secret | undefined, file: string, trims: boolean = true): Promise<string> {
  if (file === "") return value === undefined ? "" : reveal(value);
  const text = await readFile(file, "utf8");
  return trims ? text.trim() : text;
}
