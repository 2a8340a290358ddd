import { DeliveryError, type Receiver } from "../pipeline/delivery.ts";
import type { Templates } from "../templates/templates.ts";
import { renderEmail, type EmailTemplates } from "./email-message.ts";
import type { SmtpCredentials } from "./smtp-auth.ts";
import { sendBySmtp, type SmtpServer } from "./smtp-send.ts";

/** An `email_configs` entry with what it takes from `global` filled in. */
export interface EmailOptions extends EmailTemplates, SmtpServer {
  /** Undefined where no user name is configured. Files are read for each message. */
  readonly credentials: () => Promise<SmtpCredentials | undefined>;
}

/** Sends a group as an e-mail (notify/email). Every failure of connection or server is worth another try; a bad address or template is not. */
export function createEmail(base: Pick<Receiver, "integration" | "sendResolved">, options: EmailOptions, templates: Templates): Receiver {
  return {
    ...base,
    async send(data, { signal }) {
      const message = await renderEmail(options, templates, data);
      const credentials = await options.credentials();
      try {
        await sendBySmtp(options, credentials, message, signal);
      } catch (error) {
        throw new DeliveryError(`cannot send the e-mail: ${(error as Error).message}`, { retry: true, cause: error });
      }
    },
  };
}
