import { createHmac } from "node:crypto";
import type { SMTPConnectionCustomAuthContext } from "nodemailer/lib/smtp-connection";

/** What we can prove to a server. */
export interface SmtpCredentials {
  readonly username: string;
  /** For PLAIN and LOGIN; empty when there is none. */
  readonly password: string;
  /** For CRAM-MD5; empty when there is none. */
  readonly secret: string;
  /** On whose behalf, for PLAIN. */
  readonly identity: string;
}

/**
 * Authenticates by the best of the server's mechanisms for which there is a credential: the one that does not show it first. A password does not go in
 * clear over an unencrypted connection by PLAIN, unless to this machine. Throws when nothing fits or the server refuses.
 */
export async function authenticate(
  server: SMTPConnectionCustomAuthContext,
  credentials: SmtpCredentials,
  isPrivate: boolean,
): Promise<void> {
  const problems: string[] = [];
  for (const mechanism of server.authMethods.toSorted((a, b) => Number(b === "CRAM-MD5") - Number(a === "CRAM-MD5"))) {
    const problem = problemOf(mechanism, credentials, isPrivate);
    if (problem === undefined) return await MECHANISMS[mechanism](server, credentials);
    problems.push(problem);
  }
  throw new Error(problems.length === 0 ? "the server offers no way to authenticate" : problems.join("; "));
}

function problemOf(mechanism: string, { password, secret }: SmtpCredentials, isPrivate: boolean): string | undefined {
  if (MECHANISMS[mechanism] === undefined) return `unknown auth mechanism: ${mechanism}`;
  if (mechanism === "CRAM-MD5") return secret === "" ? "missing secret for CRAM-MD5 auth mechanism" : undefined;
  if (password === "") return `missing password for ${mechanism} auth mechanism`;
  return mechanism === "PLAIN" && !isPrivate ? "unencrypted connection: the password is not sent by PLAIN" : undefined;
}

type Mechanism = (server: SMTPConnectionCustomAuthContext, credentials: SmtpCredentials) => Promise<void>;

const MECHANISMS: Readonly<Record<string, Mechanism>> = {
  // RFC 2195: the answer is the keyed hash of what the server made up.
  "CRAM-MD5": async (server, { username, secret }) => {
    const challenge = await expectStatus(server, "AUTH CRAM-MD5", 334);
    const hash = createHmac("md5", secret).update(Buffer.from(challenge, "base64")).digest("hex");
    await expectStatus(server, base64(`${username} ${hash}`), 235);
  },
  // RFC 4616.
  PLAIN: async (server, { identity, username, password }) => {
    await expectStatus(server, `AUTH PLAIN ${base64(`${identity}\0${username}\0${password}`)}`, 235);
  },
  LOGIN: async (server, { username, password }) => {
    await expectStatus(server, "AUTH LOGIN", 334);
    await expectStatus(server, base64(username), 334);
    await expectStatus(server, base64(password), 235);
  },
};

async function expectStatus(server: SMTPConnectionCustomAuthContext, command: string, status: number): Promise<string> {
  const answer = await server.sendCommand(command);
  if (answer.status !== status) throw new Error(`the server refuses to authenticate: ${answer.response}`);
  return answer.text;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
