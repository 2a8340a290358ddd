import { connect } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "@jest/globals";
import { listen } from "@ferula/http";
import { noLogger } from "@ferula/logging";
import { eventually } from "@ferula/test-kit";
import { createMailboxApp } from "../src/app.ts";
import { createInbox, type Inbox } from "../src/inbox.ts";
import { listenSmtp } from "../src/smtp.ts";

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Mailbox {
  readonly inbox: Inbox;
  readonly url: string;
  readonly smtpPort: number;
  readonly broken: readonly Error[];
  readonly get: (path: string) => Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>;
  readonly webhook: (body: string, type?: string) => Promise<number>;
}

async function openMailbox(capacity = 10): Promise<Mailbox> {
  const broken: Error[] = [];
  const inbox = createInbox({ capacity, nowMs: () => 1_767_225_600_000, onMessage: () => undefined });
  const app = createMailboxApp(inbox, async () => ({ contentType: "text/plain", body: "m 1\n" }));
  const listening = await listen({ app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger: noLogger });
  const smtp = await listenSmtp(inbox, "127.0.0.1", 0, (error) => broken.push(error));
  closing.push(() => listening.close(0), smtp.close);
  const url = listening.urls[0];
  return {
    inbox,
    url,
    smtpPort: smtp.port,
    broken,
    async get(path) {
      const response = await fetch(url + path);
      return { status: response.status, text: await response.text(), headers: response.headers };
    },
    webhook: async (body, type = "application/json") =>
      (await fetch(`${url}/webhook`, { method: "POST", headers: { "content-type": type }, body })).status,
  };
}

/** Speaks SMTP: sends each line when the answer to the one before is there, and returns the answers. */
async function smtp(port: number, lines: readonly string[]): Promise<readonly string[]> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  const answers: string[] = [];
  for (const line of [...lines, "QUIT"]) {
    let answer = "";
    // An answer may have several lines; the last has no dash behind its code.
    while (!/^\d{3} .*\r\n$/m.test(answer)) answer += (await once(socket, "data"))[0];
    answers.push(answer);
    socket.write(`${line}\r\n`);
  }
  await once(socket, "close");
  return answers;
}

const mail = (subject: string, html: string): readonly string[] => [
  "EHLO test",
  "MAIL FROM:<alertmanager@example.org>",
  "RCPT TO:<on-call@example.org>",
  "DATA",
  `From: alertmanager@example.org\r\nTo: on-call@example.org\r\nSubject: ${subject}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n.`,
];

const HOSTILE = '"><script>alert(1)</script>';

describe("a mail", () => {
  test("that came by SMTP stands on the page, with nothing of it run", async () => {
    const { smtpPort, get } = await openMailbox();
    await smtp(smtpPort, mail(`[FIRING:1] ${HOSTILE}`, `<b onclick="x">it's</b>${HOSTILE}`));
    for (const path of ["/", "/messages", "/messages/1"]) {
      const { text, headers } = await get(path);
      expect(text).toContain("[FIRING:1] &#34;&#62;&#60;script&#62;");
      expect(text).not.toContain("<script>alert");
      expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    }
    const { text } = await get("/messages/1");
    expect(text).toContain("<iframe sandbox ");
    expect(text).toContain('srcdoc="&#60;b onclick=&#34;x&#34;&#62;it&#39;s&#60;/b&#62;');
    expect(text).toContain("<dd>on-call@example.org</dd>");
    expect((await get("/messages")).text).toContain('class="firing"');
    expect(JSON.parse((await get("/api/messages")).text)).toMatchObject([
      { id: 1, kind: "mail", status: "firing", from: "alertmanager@example.org" },
    ]);
  });

  test("that is too large is refused", async () => {
    const { smtpPort, inbox } = await openMailbox();
    const answers = await smtp(smtpPort, mail("large", "x".repeat(6 << 20)));
    expect(answers[answers.length - 1]).toMatch(/^552 /);
    expect(inbox.messages()).toEqual([]);
  });

  test("whose sender hangs up is nobody's end", async () => {
    const { smtpPort, inbox, broken } = await openMailbox();
    for (let i = 0; i < 3; i++) {
      const socket = connect(smtpPort, "127.0.0.1");
      for (const line of ["EHLO test", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>"]) {
        await once(socket, "data");
        socket.write(`${line}\r\n`);
      }
      await once(socket, "data");
      socket.resetAndDestroy();
    }
    await eventually(() => broken.length === 3);
    await smtp(smtpPort, mail("after all", "x"));
    expect(inbox.messages()).toMatchObject([{ subject: "after all", status: "other" }]);
  });
});

describe("a webhook", () => {
  test("is shown as it was sent, escaped", async () => {
    const { webhook, get } = await openMailbox();
    expect(await webhook(JSON.stringify({ status: "resolved", groupLabels: { alertname: HOSTILE }, alerts: [{}, {}] }))).toBe(200);
    const { text } = await get("/messages/1");
    expect(text).toContain("[RESOLVED:2] &#34;&#62;&#60;script&#62;");
    expect(text).not.toContain("<script>");
    expect((await get("/messages")).text).toContain('class="resolved"');
  });

  test.each(["{}", '{"status":7,"groupLabels":null,"alerts":"x"}', '{"status":"\\"><b>"}'])(
    "of another sender is shown too: %s",
    async (body) => {
      const { webhook, inbox } = await openMailbox();
      expect(await webhook(body)).toBe(200);
      expect(inbox.messages()).toMatchObject([{ status: "other", subject: "[OTHER:0] " }]);
    },
  );

  test.each([
    { body: "[]", type: "application/json" },
    { body: "{", type: "application/json" },
    { body: "1", type: "application/json" },
    { body: "a=b", type: "application/x-www-form-urlencoded" },
  ])("that is no JSON object is refused: $body", async ({ body, type }) => {
    const { webhook, inbox } = await openMailbox();
    expect(await webhook(body, type)).toBe(400);
    expect(inbox.messages()).toEqual([]);
  });
});

test("the newest message is first, and the oldest go", async () => {
  const { webhook, inbox, get } = await openMailbox(2);
  for (let i = 0; i < 3; i++) await webhook("{}");
  expect(inbox.messages().map(({ id }) => id)).toEqual([3, 2]);
  expect(await get("/messages/1")).toMatchObject({ status: 404, text: "there is no message 1\n" });
  expect((await get("/messages/%3Cb%3E")).headers.get("content-type")).toMatch(/^text\/plain/);
});
