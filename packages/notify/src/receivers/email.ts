import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { createTransport, type Transporter } from "nodemailer";
import { DeliveryError, type Receiver } from "../pipeline/delivery.ts";
import type { NotificationData } from "../templates/data.ts";
import type { Templates } from "../templates/templates.ts";

/** An `email_configs` entry with what it takes from `global` filled in. */
export interface EmailOptions {
  readonly to: string;
  readonly from: string;
  readonly host: string;
  readonly port: number;
  /** The name that we give in EHLO. */
  readonly hello: string;
  readonly username: string;
  readonly password: () => Promise<string>;
  /** Refuse to send where the server offers no STARTTLS. */
  readonly requireTls: boolean;
  /** TLS from the first byte; undefined means: on port 465. */
  readonly implicitTls: boolean | undefined;
  readonly tls: EmailTls;
  /** Templates, by header name as it is configured. */
  readonly headers: ReadonlyMap<string, string>;
  readonly html: string;
  readonly text: string;
}

export interface EmailTls {
  readonly insecureSkipVerify: boolean;
  readonly serverName: string | undefined;
  readonly ca: string | undefined;
}

/** Sends a group as an e-mail (notify/email). Every failure of connection or server is worth another try; a bad address or template is not. */
export function createEmail(base: Pick<Receiver, "integration" | "sendResolved">, options: EmailOptions, templates: Templates): Receiver {
  return {
    ...base,
    async send(data, { signal }) {
      const mail = renderMail(options, templates, data);
      const transport = createTransport(await transportOptions(options));
      const stop = (): void => transport.close();
      signal.addEventListener("abort", stop, { once: true });
      try {
        await deliver(transport, mail, signal);
      } finally {
        signal.removeEventListener("abort", stop);
        transport.close();
      }
    },
  };
}

async function deliver(transport: Transporter, mail: Mail, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await transport.sendMail(mail);
  } catch (error) {
    throw new DeliveryError(`cannot send the e-mail: ${(error as Error).message}`, { retry: true, cause: error });
  }
}

interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly html?: string;
  readonly text?: string;
  readonly messageId: string;
  readonly date: Date;
  readonly headers: Readonly<Record<string, string>>;
}

function renderMail(options: EmailOptions, templates: Templates, data: NotificationData): Mail {
  const render = (what: string, template: string, html = false): string => {
    try {
      return (html ? templates.html : templates.text)(template, data);
    } catch (error) {
      throw new DeliveryError(`cannot render the ${what} of the e-mail: ${(error as Error).message}`, { retry: false, cause: error });
    }
  };
  const headers = new Map(
    [...options.headers].map(([name, template]) => [name.toLowerCase(), oneLine(render(`header ${name}`, template))]),
  );
  const take = (name: string, otherwise: () => string): string => {
    const value = headers.get(name);
    headers.delete(name);
    return value ?? otherwise();
  };
  const from = oneLine(render("sender", options.from));
  const to = oneLine(render("recipients", options.to));
  const html = options.html === "" ? "" : render("HTML body", options.html, true);
  const text = options.text === "" ? "" : render("text body", options.text);
  return {
    subject: take("subject", () => oneLine(render("subject", '{{ template "email.default.subject" . }}'))),
    from: take("from", () => from),
    to: take("to", () => to),
    messageId: take("message-id", () => `<${Date.now()}.${randomBytes(8).toString("hex")}@${hostname()}>`),
    date: new Date(),
    ...(html === "" ? {} : { html }),
    ...(text === "" ? {} : { text }),
    headers: Object.fromEntries(headers),
  };
}

/** A header is one line: what an alert brings may not begin another. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}

async function transportOptions(options: EmailOptions): Promise<Parameters<typeof createTransport>[0]> {
  const secure = options.implicitTls ?? options.port === 465;
  const tls = {
    rejectUnauthorized: !options.tls.insecureSkipVerify,
    servername: options.tls.serverName ?? options.host,
    ...(options.tls.ca === undefined ? {} : { ca: options.tls.ca }),
  };
  return {
    host: options.host,
    port: options.port,
    name: options.hello,
    secure,
    requireTLS: !secure && options.requireTls,
    ignoreTLS: !secure && !options.requireTls,
    tls,
    ...(options.username === "" ? {} : { auth: { user: options.username, pass: await options.password() } }),
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
