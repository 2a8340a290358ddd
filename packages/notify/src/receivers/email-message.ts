import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import addressparser from "nodemailer/lib/addressparser";
import MimeNode from "nodemailer/lib/mime-node";
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

/** Renders a template, naming in its error what it is for. */
type Render = (what: string, template: string, kind?: "text" | "html") => string;

/** Renders a message. Fails with a DeliveryError that is not worth another try. */
export async function renderEmail(email: EmailTemplates, templates: Templates, data: NotificationData): Promise<EmailMessage> {
  const render: Render = (what, template, kind = "text") => {
    try {
      return templates[kind](template, data);
    } catch (error) {
      throw new DeliveryError(`cannot render the ${what} of the e-mail: ${(error as Error).message}`, { retry: false, cause: error });
    }
  };
  const from = oneLine(render("sender", email.from));
  const to = oneLine(render("recipients", email.to));
  const senders = addressesOf("sender", from);
  if (senders.length !== 1)
    throw new DeliveryError(`cannot send the e-mail: must be exactly one "from" address (got: ${senders.length})`, { retry: false });
  const recipients = addressesOf("recipients", to);
  // As upstream sends it: alternatives, even when there is but one.
  const root = new MimeNode("multipart/alternative", NO_ACCESS);
  for (const [name, value] of headersOf(email, render, { from, to })) root.setHeader(name, value);
  for (const [type, body] of partsOf(email, render))
    root.createChild(`${type}; charset=UTF-8`, NO_ACCESS).setHeader(QUOTED).setContent(body);
  return { from: senders[0], to: recipients, bytes: await root.build() };
}

/** The headers by their names in small letters: ours, and over them those of the configuration. */
function headersOf(
  email: EmailTemplates,
  render: Render,
  addresses: { readonly from: string; readonly to: string },
): ReadonlyMap<string, string> {
  const own = new Map([...email.headers].map(([name, template]) => [name.toLowerCase(), oneLine(render(`header ${name}`, template))]));
  return new Map([
    ["subject", own.get("subject") ?? oneLine(render("subject", '{{ template "email.default.subject" . }}'))],
    ["from", addresses.from],
    ["to", addresses.to],
    ["message-id", `<${Date.now()}.${randomBytes(8).toString("hex")}@${hostname()}>`],
    ["date", new Date().toUTCString().replace("GMT", "+0000")],
    ...own,
  ]);
}

/** The bodies; of alternatives the last is the best (RFC 2046, 5.1.4). */
function partsOf({ text, html }: EmailTemplates, render: Render): readonly (readonly [type: string, body: string])[] {
  return [
    ...(text === "" ? [] : [["text/plain", render("text body", text)] as const]),
    ...(html === "" ? [] : [["text/html", render("HTML body", html, "html")] as const]),
  ];
}

/** What an alert brings must not make the library read files or addresses. */
const NO_ACCESS = { disableFileAccess: true, disableUrlAccess: true };
const QUOTED = { "content-transfer-encoding": "quoted-printable" };

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
