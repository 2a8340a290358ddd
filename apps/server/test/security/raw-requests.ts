import { connect } from "node:net";

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends one request whose address no client has tidied, and reads the answer to its end. */
export function ask(url: string, method: string, address: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const lines = Object.entries({ Host: host, Connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(`${method} ${address} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(readAnswer(Buffer.concat(chunks).toString("latin1"))));
  });
}

function readAnswer(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [line, ...rest] = text.slice(0, end).split("\r\n");
  const headers = rest.map((row): [string, string] => [
    row.slice(0, row.indexOf(":")).toLowerCase(),
    row.slice(row.indexOf(":") + 1).trim(),
  ]);
  return { status: Number(line.split(" ")[1]), headers: new Map(headers), body: text.slice(end + 4) };
}
