import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { authenticate, type SmtpCredentials } from "./smtp-auth.ts";
import type { EmailMessage } from "./email-message.ts";

/** A server that takes mail. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** The name that we give in EHLO. */
  readonly hello: string;
  /** Refuse to send where the server offers no STARTTLS. */
  readonly requireTls: boolean;
  /** TLS from the first byte; undefined means: on port 465. */
  readonly implicitTls: boolean | undefined;
  readonly tls: ConnectionOptions;
}

const CONNECT_TIMEOUT_MS = 15_000;
const IDLE_TIMEOUT_MS = 30_000;

/**
 * Hands one message over. Fails when the server, or any recipient, refuses it, or when `signal` aborts; then the connection is closed at
 * once. `credentials` count only where the server asks for them.
 */
export async function sendBySmtp(
  server: SmtpServer,
  credentials: SmtpCredentials | undefined,
  message: EmailMessage,
  signal: AbortSignal,
): Promise<void> {
  const { host, port, hello, requireTls, tls } = server;
  const secure = server.implicitTls ?? port === 465;
  const isPrivate = secure || requireTls || isThisMachine(host);
  const connection = new SMTPConnection({
    host,
    port,
    name: hello,
    secure,
    requireTLS: !secure && requireTls,
    ignoreTLS: !secure && !requireTls,
    tls: { ...(isIP(host) === 0 ? { servername: host } : {}), ...tls },
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: IDLE_TIMEOUT_MS,
    ...(credentials === undefined ? {} : { customAuth: { [AUTH]: (context) => authenticate(context, credentials, isPrivate) } }),
  });
  const onAbort = (): void => connection.close();
  try {
    await raceWithFailure(connection, signal, async () => {
      signal.addEventListener("abort", onAbort, { once: true });
      await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
      if (credentials !== undefined && connection.allowsAuth) {
        const { username: user } = credentials;
        await new Promise<void>((resolve, reject) =>
          connection.login({ method: AUTH, user, pass: "" }, (error) => (error ? reject(error) : resolve())),
        );
      }
      const { rejected } = await new Promise<{ readonly rejected: readonly string[] }>((resolve, reject) => {
        connection.send({ from: message.from, to: [...message.to], size: message.bytes.length }, message.bytes, (error, info) =>
          error ? reject(error) : resolve(info),
        );
      });
      if (rejected.length > 0) throw new Error(`the server refuses the recipients ${rejected.join(", ")}`);
    });
    connection.quit();
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Our own choice among the server's mechanisms. */
const AUTH = "FERULA";

/** The outcome of `work`, or whatever breaks the connection before: some failures are told by events alone. */
async function raceWithFailure(connection: SMTPConnection, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    connection.on("error", reject);
    connection.once("end", () => reject(signal.aborted ? (signal.reason as Error) : new Error("the server closed the connection")));
    work().then(resolve, reject);
  });
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1" || host === "::1";
}
