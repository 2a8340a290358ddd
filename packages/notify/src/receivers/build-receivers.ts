import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { reveal, type Secret } from "@ferula/config";
import { createHttpClient, type HttpClient } from "@ferula/http";
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
  const tls = email.tls_config ?? global.smtp_tls_config;
  const hasOwnPassword = email.auth_password !== undefined || email.auth_password_file !== "";
  const caFile = tls?.ca_file ?? "";
  return {
    to: email.to,
    from: email.from || global.smtp_from,
    host: smarthost.slice(0, colon).replace(/^\[(.*)\]$/, "$1"),
    port: Number(smarthost.slice(colon + 1)),
    hello: email.hello || global.smtp_hello,
    username: email.auth_username || global.smtp_auth_username,
    password: () =>
      hasOwnPassword
        ? secretText(email.auth_password, email.auth_password_file)
        : secretText(global.smtp_auth_password, global.smtp_auth_password_file),
    requireTls: email.require_tls ?? global.smtp_require_tls,
    implicitTls: email.force_implicit_tls ?? global.smtp_force_implicit_tls,
    tls: {
      insecureSkipVerify: tls?.insecure_skip_verify ?? false,
      serverName: tls?.server_name || undefined,
      ca: caFile === "" ? tls?.ca || undefined : readFileSync(caFile, "utf8"),
    },
    headers: email.headers,
    html: email.html,
    text: email.text,
  };
}

/** A secret from the configuration, or from its file, which is read each time. */
async function secretText(value: Secret | undefined, file: string): Promise<string> {
  if (file !== "") return (await readFile(file, "utf8")).trim();
  return value === undefined ? "" : reveal(value);
}
