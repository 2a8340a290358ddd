import { SMTPServer } from "smtp-server";
import type { Inbox } from "./inbox.ts";

/** Mails larger than this are refused, as a mail server would. */
const MAX_MAIL_BYTES = 5 << 20;

/**
 * Takes mail on `host:port` from anybody for anybody and puts it into `inbox`. Resolves when it listens; `close` ends it. `onError` is
 * told of connections that broke.
 */
export function listenSmtp(
  inbox: Inbox,
  host: string,
  port: number,
  onError: (error: Error) => void,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    size: MAX_MAIL_BYTES,
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (stream.sizeExceeded) return callback(Object.assign(new Error("the mail is too large"), { responseCode: 552 }));
        inbox.addMail(Buffer.concat(chunks)).then(() => callback(null), callback);
      });
    },
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      // Without a listener, a client that hangs up would end the process.
      server.on("error", onError);
      const address = server.server.address();
      if (address === null || typeof address === "string") throw new Error("BUG: a TCP server has no port");
      resolve({ port: address.port, close: () => new Promise((closed) => server.close(closed)) });
    });
  });
}
