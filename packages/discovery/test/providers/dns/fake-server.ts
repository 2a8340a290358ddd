import { createSocket } from "node:dgram";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** What a server was asked. */
export interface Question {
  readonly overTcp: boolean;
  readonly name: string;
  readonly type: number;
  /** Whether the question says that packets may be large. */
  readonly hasEdns: boolean;
  readonly bytes: Buffer;
}

/** The bytes to answer with, without their length over TCP; undefined is silence. */
export type Respond = (question: Question) => Buffer | undefined;

export interface FakeDns {
  readonly port: number;
  readonly asked: readonly Question[];
  readonly close: () => Promise<void>;
}

/** A DNS server on `host`, over UDP and TCP on the same port; any free one unless it is given. */
export async function startFakeDns(respond: Respond, host: string = "127.0.0.1", port: number = 0): Promise<FakeDns> {
  const asked: Question[] = [];
  const sockets = new Set<Socket>();
  function answer(bytes: Buffer, overTcp: boolean): Buffer | undefined {
    const question = readQuestion(bytes, overTcp);
    asked.push(question);
    return respond(question);
  }
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      const packet = answer(bytes.subarray(2), true);
      if (packet === undefined) return;
      // In two parts: a message need not come at once.
      const framed = Buffer.concat([word(packet.length), packet]);
      socket.write(framed.subarray(0, 1));
      setImmediate(() => socket.write(framed.subarray(1)));
    });
  });
  await new Promise<void>((resolve) => tcp.listen(port, host, resolve));
  const { port: bound } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4");
  udp.on("message", (bytes, from) => {
    const packet = answer(bytes, false);
    if (packet !== undefined) udp.send(packet, from.port, from.address);
  });
  await new Promise<void>((resolve) => udp.bind(bound, host, resolve));
  return {
    port: bound,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([new Promise<void>((resolve) => udp.close(resolve)), new Promise((resolve) => tcp.close(resolve))]);
    },
  };
}

/** A packet that answers with records, each its type and contents, at the name that was asked for. */
export function answerTo(
  { bytes }: Question,
  records: readonly (readonly [type: number, contents: Buffer])[],
  { code = 0, isTruncated = false }: { readonly code?: number; readonly isTruncated?: boolean } = {},
): Buffer {
  const end = questionEnd(bytes);
  const header = Buffer.concat([
    bytes.subarray(0, 2),
    word(0x8180 | (isTruncated ? 0x200 : 0) | code),
    word(1),
    word(records.length),
    word(0),
    word(0),
  ]);
  // The name is a pointer to that of the question, as servers have it.
  const parts = records.map(([type, contents]) =>
    Buffer.concat([word(0xc00c), word(type), word(1), word(0), word(60), word(contents.length), contents]),
  );
  return Buffer.concat([header, bytes.subarray(12, end), ...parts]);
}

/** The bytes of a name, labels by dots; none of them is escaped. */
export function nameBytes(name: string): Buffer {
  const labels = name.split(".").filter((label) => label !== "");
  return Buffer.concat([...labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])), Buffer.of(0)]);
}

export function word(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

function readQuestion(bytes: Buffer, overTcp: boolean): Question {
  const labels: string[] = [];
  for (let at = 12; bytes[at] !== 0; at += 1 + bytes[at]) labels.push(bytes.toString("latin1", at + 1, at + 1 + bytes[at]));
  return {
    overTcp,
    name: labels.join("."),
    type: bytes.readUInt16BE(questionEnd(bytes) - 4),
    hasEdns: bytes.readUInt16BE(10) === 1,
    bytes,
  };
}

function questionEnd(bytes: Buffer): number {
  let at = 12;
  while (bytes[at] !== 0) at += 1 + bytes[at];
  return at + 5;
}
