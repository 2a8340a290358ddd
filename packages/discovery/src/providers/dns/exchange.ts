import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { decodeAnswer, type DnsAnswer } from "./message.ts";

/** Where a server listens. */
export interface DnsServer {
  readonly host: string;
  readonly port: number;
}

/** Asks one server until `signal` aborts. The first two bytes of a question are its id. Rejects with an error of the network or of the answer. */
export type Exchange = (question: Buffer, server: DnsServer, signal: AbortSignal) => Promise<DnsAnswer>;

/** Over UDP, one packet each way. */
export const exchangeUdp: Exchange = (question, { host, port }, signal) => {
  const socket = createSocket(isIPv6(host.replace(/%.*/, "")) ? "udp6" : "udp4");
  const answer = new Promise<DnsAnswer>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (packet) => {
      // An answer to an earlier question that came too late, or one that somebody made up.
      if (packet.length >= 2 && packet.readUInt16BE() !== question.readUInt16BE()) return;
      attempt(() => resolve(decodeAnswer(packet)), reject);
    });
    // Connected, it takes packets of the server alone, and learns that nobody listens there.
    socket.once("connect", () => socket.send(question, (error) => error !== null && reject(error)));
    socket.connect(port, host);
  });
  return whileOpen(answer, signal, () => socket.close());
};

/** Over TCP, where each message has its length before it. */
export const exchangeTcp: Exchange = (question, server, signal) => {
  const socket = connect(server);
  const answer = new Promise<DnsAnswer>((resolve, reject) => {
    let received = Buffer.alloc(0);
    socket.on("error", reject);
    socket.on("end", () => reject(new Error("unexpected EOF")));
    socket.on("connect", () => socket.write(Buffer.concat([lengthOf(question), question])));
    socket.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < 2) return;
      const end = 2 + received.readUInt16BE();
      if (received.length >= end) attempt(() => resolve(answerTo(question, received.subarray(2, end))), reject);
    });
  });
  return whileOpen(answer, signal, () => socket.destroy());
};

function lengthOf(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return length;
}

function answerTo(question: Buffer, packet: Buffer): DnsAnswer {
  const answer = decodeAnswer(packet);
  if (answer.id !== question.readUInt16BE()) throw new Error("dns: id mismatch");
  return answer;
}

function attempt(work: () => void, reject: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    reject(error);
  }
}

async function whileOpen<T>(work: Promise<T>, signal: AbortSignal, close: () => void): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    close();
  }
}
