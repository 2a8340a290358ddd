import { afterEach, expect, test } from "@jest/globals";
import { createApp, listen, type Listening } from "@ferula/http";
import { noLogger } from "@ferula/logging";
import { requestTimeout } from "../src/request-timeout.ts";

let listening: Listening | undefined;
afterEach(() => listening?.close());

/** A server whose handler answers when it is told to; `answer` waits until there is a request. */
async function serve(timeoutMs: number): Promise<{ readonly ask: () => Promise<Response>; readonly answer: () => Promise<void> }> {
  const app = createApp();
  app.use(requestTimeout(timeoutMs));
  const asked = new Promise<() => void>((resolve) => {
    app.get("/", (_req, res) => resolve(() => res.status(200).send("late")));
  });
  listening = await listen({ app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger: noLogger });
  const [url] = listening.urls;
  return { ask: () => fetch(url), answer: async () => (await asked)() };
}

test("a handler that takes too long is answered for, and may still say what it likes", async () => {
  const { ask, answer } = await serve(1);
  const response = await ask();
  expect([response.status, await response.text()]).toEqual([503, "Exceeded configured timeout of 1ms.\n"]);
  await answer();
});

test("without a timeout a handler has all the time it wants", async () => {
  const { ask, answer } = await serve(0);
  const [response] = await Promise.all([ask(), answer()]);
  expect(await response.text()).toBe("late");
});
