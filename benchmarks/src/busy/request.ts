import { Agent, request as send } from "node:http";

/** What is asked. With a body it is a POST of a form. */
export interface RequestOptions {
  readonly authorization: string;
  readonly signal?: AbortSignal;
  readonly body?: URLSearchParams;
}

/** Each request has a connection of its own, as those of a kubelet have. */
const agent = new Agent({ keepAlive: false });

/** Asks `url` and reads the answer to its end without keeping it. Gives its status, or why there is none. */
export function request(url: string, { authorization, signal, body }: RequestOptions): Promise<string> {
  const text = body?.toString();
  return new Promise((resolve) => {
    const asked = send(
      url,
      {
        agent,
        signal,
        method: text === undefined ? "GET" : "POST",
        headers: { authorization, ...(text === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }) },
      },
      (response) => {
        response.on("end", () => resolve(String(response.statusCode)));
        response.on("error", (error) => resolve(error.message));
        response.resume();
      },
    );
    asked.on("error", (error) => resolve(error.message));
    asked.end(text);
  });
}
