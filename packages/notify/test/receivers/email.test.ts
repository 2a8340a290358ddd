import { afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { AddressInfo } from "node:net";
import { createServer, type Server as TcpServer } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { createEmail, type EmailOptions } from "../../src/receivers/email.ts";
import type { SmtpCredentials } from "../../src/receivers/smtp-auth.ts";
import { loadTemplates } from "../../src/templates/templates.ts";
import { makeData, type AlertSketch } from "../make-data.ts";

/** What a server took: the envelope, how it was reached, and the message as it came. */
interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly isSecure: boolean;
  readonly hello: string;
  readonly user: string | undefined;
  readonly raw: string;
}

// The sink's own certificate is known to everyone, which it says each time.
beforeAll(() => void jest.spyOn(console, "error").mockImplementation(() => undefined));

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

async function startSink(options: SMTPServerOptions = {}): Promise<{ readonly port: number; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    closeTimeout: 10,
    ...options,
    onData(stream, session, callback) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isSecure: session.secure,
          hello: session.hostNameAppearsAs,
          user: session.user,
          raw: Buffer.concat(parts).toString(),
        });
        callback();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, received };
}

const templates = loadTemplates([], () => 0);
const CREDENTIALS: SmtpCredentials = { username: "user", password: "pass", secret: "", identity: "" };
const ALERT: AlertSketch = { labels: { alertname: "A", job: "j" }, annotations: { summary: "x" } };

async function send(
  port: number,
  options: Partial<EmailOptions> = {},
  alert: AlertSketch = ALERT,
  signal = new AbortController().signal,
): Promise<void> {
  const email = createEmail(
    { integration: { receiver: "te.am", kind: "email", index: 0 }, sendResolved: false },
    {
      to: "Ann <ann@example.com>, bob@example.com",
      from: "am@example.com",
      host: "127.0.0.1",
      port,
      hello: "am.example.com",
      credentials: async () => undefined,
      requireTls: false,
      implicitTls: undefined,
      tls: { rejectUnauthorized: false },
      headers: new Map(),
      html: '{{ template "email.default.html" . }}',
      text: "",
      ...options,
    },
    templates,
  );
  await email.send(makeData([alert]), { groupKey: "{}", signal });
}

/** The value of a header, unfolded. */
function header(raw: string, name: string): string | undefined {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  return new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1];
}

describe("the message", () => {
  test("envelope, greeting and headers", async () => {
    const { port, received } = await startSink();
    await send(port);
    const [mail] = received;
    expect(mail).toMatchObject({
      from: "am@example.com",
      to: ["ann@example.com", "bob@example.com"],
      hello: "am.example.com",
      isSecure: false,
    });
    expect(header(mail.raw, "subject")).toBe("[FIRING:1] A (j)");
    expect(header(mail.raw, "from")).toBe("am@example.com");
    expect(header(mail.raw, "to")).toBe("Ann <ann@example.com>, bob@example.com");
    expect(header(mail.raw, "message-id")).toMatch(/^<\d+\.[\da-f]{16}@.+>$/);
    expect(Date.parse(header(mail.raw, "date") ?? "")).toBeGreaterThan(0);
    expect(header(mail.raw, "mime-version")).toBe("1.0");
    expect(header(mail.raw, "content-type")).toMatch(/^multipart\/alternative; +boundary=/);
    expect(mail.raw.match(/^content-type: text\/.*/gim)).toEqual(["Content-Type: text/html; charset=UTF-8"]);
    expect(mail.raw.match(/^content-transfer-encoding: .*/gim)).toEqual(["Content-Transfer-Encoding: quoted-printable"]);
  });

  test("text and page are alternatives, the page last", async () => {
    const { port, received } = await startSink();
    await send(port, { text: "Grüße {{ .Status }}", html: "<p>{{ .Status }} é</p>" });
    const { raw } = received[0];
    expect(header(raw, "content-type")).toMatch(/^multipart\/alternative; boundary=/);
    expect(raw.indexOf("text/plain")).toBeLessThan(raw.indexOf("text/html"));
    expect(raw.match(/content-transfer-encoding: quoted-printable/gi)).toHaveLength(2);
    expect(raw).toContain("Gr=C3=BC=C3=9Fe firing");
    expect(raw).toContain("<p>firing =C3=A9</p>");
  });

  test("headers of the configuration are templates, and replace those by default", async () => {
    const { port, received } = await startSink();
    const headers = new Map([
      ["Subject", "{{ .Status }} ünïcode"],
      ["X-Group", "{{ .GroupLabels.alertname }}"],
      ["TO", "list@example.com"],
      ["Message-Id", "<own@example.com>"],
      ["Reply-To", "r@example.com"],
    ]);
    await send(port, { headers });
    const { raw, to } = received[0];
    expect(header(raw, "subject")).toMatch(/^=\?utf-8\?q\?firing_/i);
    expect(header(raw, "x-group")).toBe("A");
    expect(header(raw, "to")).toBe("list@example.com");
    expect(header(raw, "message-id")).toBe("<own@example.com>");
    expect(header(raw, "reply-to")).toBe("r@example.com");
    expect(to).toEqual(["ann@example.com", "bob@example.com"]);
  });

  test("an alert can begin no header, no body and no second message", async () => {
    const { port, received } = await startSink();
    const evil = "A\r\nBcc: evil@example.com\r\n\r\n<script>\r\n.\r\nQUIT";
    await send(
      port,
      { headers: new Map([["X-Name", "{{ .CommonLabels.alertname }}"]]), text: "{{ .CommonLabels.alertname }}" },
      { labels: { alertname: evil, job: "j" } },
    );
    expect(received).toHaveLength(1);
    const { raw, to } = received[0];
    expect(to).toHaveLength(2);
    expect(header(raw, "bcc")).toBeUndefined();
    expect(header(raw, "x-name")).toBe("A Bcc: evil@example.com <script> . QUIT");
    expect(raw.slice(raw.indexOf("text/html"))).not.toContain("<script>");
  });

  test("a long line is folded, and comes back whole", async () => {
    const { port, received } = await startSink();
    await send(port, { html: "", text: `x${"é".repeat(500)}.\r\n.\r\nend` });
    const { raw } = received[0];
    expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    const part = raw.slice(raw.indexOf("text/plain"), raw.lastIndexOf("\r\n--"));
    const body = part.slice(part.indexOf("\r\n\r\n") + 4).replace(/=\r\n/g, "");
    expect(body.trimEnd()).toBe(`x${"=C3=A9".repeat(500)}.\r\n.\r\nend`);
  });
});

describe("TLS", () => {
  test("STARTTLS is used where it is required", async () => {
    const { port, received } = await startSink({ disabledCommands: ["AUTH"] });
    await send(port, { requireTls: true });
    expect(received[0].isSecure).toBe(true);
  });

  test("nothing is sent where it is required and not offered", async () => {
    const { port, received } = await startSink();
    await expect(send(port, { requireTls: true })).rejects.toMatchObject({ name: "DeliveryError", retry: true });
    expect(received).toEqual([]);
  });

  test("it is left alone where it is not required", async () => {
    const { port, received } = await startSink({ disabledCommands: ["AUTH"] });
    await send(port);
    expect(received[0].isSecure).toBe(false);
  });

  test("from the first byte when that is configured", async () => {
    const { port, received } = await startSink({ secure: true });
    await send(port, { implicitTls: true });
    expect(received[0].isSecure).toBe(true);
  });

  test("a certificate that nobody vouches for is refused", async () => {
    const { port, received } = await startSink({ disabledCommands: ["AUTH"] });
    await expect(send(port, { requireTls: true, tls: {} })).rejects.toMatchObject({ retry: true });
    expect(received).toEqual([]);
  });
});

describe("authentication", () => {
  const sinkWith = (authMethods: string[], options: SMTPServerOptions = {}) =>
    startSink({
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      authMethods,
      authOptional: true,
      ...options,
      onAuth(auth, _session, callback) {
        const isRight = auth.username === "user" && (auth.password === "pass" || auth.validatePassword("secret"));
        callback(isRight ? null : new Error("no"), isRight ? { user: auth.method } : undefined);
      },
    });

  test.each<[string[], Partial<SmtpCredentials>, string]>([
    [["PLAIN"], {}, "PLAIN"],
    [["LOGIN"], {}, "LOGIN"],
    [["LOGIN", "PLAIN"], {}, "PLAIN"],
    [["PLAIN", "LOGIN"], { identity: "me" }, "PLAIN"],
    [["CRAM-MD5"], { password: "", secret: "secret" }, "CRAM-MD5"],
    [["PLAIN", "CRAM-MD5"], { secret: "secret" }, "CRAM-MD5"],
    [["CRAM-MD5", "PLAIN"], {}, "PLAIN"],
    [["XOAUTH2", "LOGIN"], {}, "LOGIN"],
  ])("of %j, with %j, %s is used", async (methods, credentials, want) => {
    const { port, received } = await sinkWith(methods);
    await send(port, { credentials: async () => ({ ...CREDENTIALS, ...credentials }) });
    expect(received[0].user).toBe(want);
  });

  test.each<[string, string[], Partial<SmtpCredentials>, string]>([
    ["a password that is wrong", ["PLAIN"], { password: "wrong" }, "refuses to authenticate"],
    ["no password", ["LOGIN"], { password: "" }, "missing password for LOGIN"],
    ["no secret", ["CRAM-MD5"], {}, "missing secret for CRAM-MD5"],
    ["a mechanism that we don't know", ["XOAUTH2"], {}, "unknown auth mechanism: XOAUTH2"],
  ])("%s is told, and worth another try", async (_what, methods, credentials, message) => {
    const { port, received } = await sinkWith(methods);
    const failure = await send(port, { credentials: async () => ({ ...CREDENTIALS, ...credentials }) }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ retry: true, message: expect.stringContaining(message) });
    expect((failure as Error).message).not.toContain("wrong");
    expect(received).toEqual([]);
  });

  test("a server that does not ask for it gets no password", async () => {
    const { port, received } = await startSink();
    await send(port, { credentials: async () => CREDENTIALS });
    expect(received[0].user).toBeUndefined();
  });

  test("a password does not go by PLAIN over an open line to another machine", async () => {
    const { port, received } = await sinkWith(["PLAIN"]);
    // Another name of this machine, as the rule looks at names.
    await expect(send(port, { host: "127.0.0.2", credentials: async () => CREDENTIALS })).rejects.toThrow(/unencrypted|ECONNREFUSED/);
    expect(received).toEqual([]);
  });
});

describe("failures", () => {
  test.each<[string, Partial<EmailOptions>, string]>([
    ["a template", { html: "{{ .Nope }}" }, "cannot render the HTML body of the e-mail"],
    ["a header's template", { headers: new Map([["X", "{{ .Nope }}"]]) }, "cannot render the header X"],
    ["no recipient", { to: "{{ .CommonLabels.nope }}" }, "parse recipients address"],
    ["a recipient", { to: "ann@example.com, bob" }, "parse recipients address"],
    ["two senders", { from: "a@example.com, b@example.com" }, 'must be exactly one "from" address (got: 2)'],
  ])("%s that is wrong is not tried again", async (_what, options, message) => {
    const { port, received } = await startSink();
    await expect(send(port, options)).rejects.toMatchObject({ retry: false, message: expect.stringContaining(message) });
    expect(received).toEqual([]);
  });

  test.each<[string, SMTPServerOptions]>([
    ["the connection", { onConnect: (_session, callback) => callback(new Error("no")) }],
    ["the sender", { onMailFrom: (_address, _session, callback) => callback(new Error("no")) }],
    ["every recipient", { onRcptTo: (_address, _session, callback) => callback(new Error("no")) }],
    ["one recipient", { onRcptTo: ({ address }, _session, callback) => callback(address.startsWith("bob") ? new Error("no") : null) }],
    ["a message of this size", { size: 10 }],
  ])("a server that refuses %s may take it later", async (_what, options) => {
    const { port } = await startSink(options);
    await expect(send(port)).rejects.toMatchObject({ retry: true });
  });

  test("nobody there", async () => {
    await expect(send(1)).rejects.toMatchObject({ retry: true, message: expect.stringContaining("ECONNREFUSED") });
  });

  test("a server that says nothing is left when the round ends", async () => {
    const sockets: { destroy: () => void }[] = [];
    const silent: TcpServer = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    });
    await expect(send((silent.address() as AddressInfo).port, {}, ALERT, AbortSignal.timeout(30))).rejects.toMatchObject({ retry: true });
  });
});
