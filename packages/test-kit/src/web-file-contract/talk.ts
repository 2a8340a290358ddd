import { request, type IncomingHttpHeaders } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as secureRequest, type Agent } from "node:https";
import type { Certificate } from "@ferula/test-certificates";
import type { ServedProgram } from "./fixture.ts";

/** An answer, or "refused" where the connection was. */
export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string } | "refused";

/** What a client shows. */
export interface ClientOptions {
  /** Name and password, with a colon between. */
  readonly login?: string;
  /** The authority that it trusts; with it, it speaks TLS. */
  readonly ca?: string;
  readonly certificate?: Certificate;
  readonly agent?: Agent;
}

function authorization(login: string | undefined): { readonly authorization?: string } {
  return login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
}

/** Asks for the program's path by HTTP/1.1. */
export function ask({ host, port, path }: ServedProgram, { login, ca, certificate, agent }: ClientOptions = {}): Promise<Answer> {
  const target = { host, port, path, headers: authorization(login) };
  return new Promise((resolve) => {
    const tls = ca === undefined ? undefined : { ca, ...certificate };
    const sent = tls === undefined ? request({ ...target, agent: false }) : secureRequest({ ...target, ...tls, agent: agent ?? false });
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", () => resolve("refused"));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", () => resolve("refused"));
    sent.end();
  });
}

/** The same by HTTP/2. */
export function askHttp2({ host, port, path }: ServedProgram, { login, ca, certificate }: ClientOptions): Promise<Answer> {
  return new Promise((resolve) => {
    const session = connectHttp2(`https://${host}:${port}`, { ...(ca !== undefined && { ca }), ...certificate });
    const refuse = (): void => resolve("refused");
    session.on("error", refuse);
    const stream = session.request({ ":path": path, ...authorization(login) });
    let text = "";
    let headers: IncomingHttpHeaders & { readonly ":status"?: number | undefined } = {};
    stream.on("response", (answered) => (headers = answered));
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    stream.on("error", refuse);
    stream.on("close", () => {
      session.close();
      resolve(headers[":status"] === undefined ? "refused" : { status: headers[":status"], headers, text });
    });
    stream.end();
  });
}

/** The status of an answer, or that there was none. */
export function statusOf(answer: Answer): number | "refused" {
  return answer === "refused" ? answer : answer.status;
}
