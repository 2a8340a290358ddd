import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import addressparser from "nodemailer/lib/addressparser";
import MailComposer from "nodemailer/lib/mail-composer";
import { DeliveryError } from "../pipeline/delivery.ts";
import type { NotificationData } from "../templates/data.ts";
import type { Templates } from "../templates/templates.ts";

/** The templates of a message. */
export interface EmailTemplates {
  readonly to: string;
  readonly from: string;
  /** By header name as it is configured. */
  readonly headers: ReadonlyMap<string, string>;
  /** Empty for none. */
  readonly html: string;
  readonly text: string;
}

/** A message as it goes to the server. */
export interface EmailMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: Buffer;
}

/** Renders a message. Fails with a DeliveryError that is not worth another try. */
export async function renderEmail(email: EmailTemplates, templates: Templates, data: NotificationData): Promise<EmailMessage> {
  const render = (what: string, template: string, kind: "text" | "html" = "text"): string => {
    try {
      return templates[kind](template, data);
    } catch (error) {
      throw new DeliveryError(`cannot render the ${what} of the e-mail: ${(error as Error).message}`, { retry: false, cause: error });
    }
  };
  const line = (what: string, template: string): string => oneLine(render(what, template));

  const from = line("sender", email.from);
  const to = line("recipients", email.to);
  const senders = addressesOf("sender", from);
  if (senders.length !== 1)
    throw new DeliveryError(`cannot send the e-mail: must be exactly one "from" address (got: ${senders.length})`, { retry: false });
  const recipients = addressesOf("recipients", to);

  const headers = new Map([...email.headers].map(([name, template]) => [name.toLowerCase(), line(`header ${name}`, template)]));
  const take = (name: string): string | undefined => {
    const value = headers.get(name);
    headers.delete(name);
    return value;
  };
  const html = email.html === "" ? "" : render("HTML body", email.html, "html");
  const text = email.text === "" ? "" : render("text body", email.text);
  const composer = new MailComposer({
    subject: take("subject") ?? line("subject", '{{ template "email.default.subject" . }}'),
    from: take("from") ?? from,
    to: take("to") ?? to,
    messageId: take("message-id") ?? `<${Date.now()}.${randomBytes(8).toString("hex")}@${hostname()}>`,
    date: take("date") ?? new Date(),
    headers: [...headers].map(([key, value]) => ({ key, value })),
    ...(html === "" ? {} : { html }),
    // A message without a body would be refused by some servers.
    ...(text === "" && html !== "" ? {} : { text }),
    textEncoding: "quoted-printable",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { from: senders[0], to: recipients, bytes: await composer.compile().build() };
}

/** A header is one line: what an alert brings may not begin another. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}

/** The bare addresses of a list such as `Ann <a@example.com>, b@example.com`. */
function addressesOf(what: string, text: string): readonly string[] {
  const found = addressparser(text, { flatten: true }).map(({ address }) => address);
  const bad = found.find((address) => !/^[^\s<>@]+@[^\s<>@]+$/.test(address));
  if (found.length === 0 || bad !== undefined) {
    throw new DeliveryError(`cannot send the e-mail: parse ${what} address: ${JSON.stringify(text)} is no list of addresses`, {
      retry: false,
    });
  }
  return found;
}
