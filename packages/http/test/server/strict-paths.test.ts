import { afterEach, expect, test } from "@jest/globals";
import { createApp, strictPaths } from "../../src/index.ts";
import { cleanUp, send, serve } from "../support.ts";

afterEach(cleanUp);

async function start(): Promise<string> {
  const app = createApp({ routePrefix: "/prom" });
  app.use(strictPaths({ "/": ["GET"], "/metrics": ["GET"], "/-/ready": ["GET", "HEAD"], "/-/reload": ["POST"] }));
  app.use((_req, res) => void res.status(200).end("routed"));
  return (await serve(app)).urls[0];
}

test.each([
  { method: "GET", path: "/prom/metrics", status: 200, why: "a known path goes on to its route" },
  { method: "HEAD", path: "/prom/-/ready", status: 200, why: "HEAD does where it is known" },
  { method: "HEAD", path: "/prom/metrics", status: 405, headers: { allow: "GET, OPTIONS" }, why: "HEAD is no GET" },
  {
    method: "POST",
    path: "/prom/-/ready",
    status: 405,
    headers: { allow: "GET, HEAD, OPTIONS" },
    why: "a wrong method is told the others",
  },
  { method: "OPTIONS", path: "/prom/metrics", status: 200, headers: { allow: "GET, OPTIONS" }, why: "OPTIONS asks for them" },
  { method: "GET", path: "/prom/metrics/", status: 301, headers: { location: "/prom/metrics" }, why: "a slash too many is taken off" },
  { method: "GET", path: "/prom/metrics/?a=/", status: 301, headers: { location: "/prom/metrics?a=/" }, why: "a query stays as it is" },
  {
    method: "POST",
    path: "/prom/-/reload/",
    status: 307,
    headers: { location: "/prom/-/reload" },
    why: "what changes something is repeated",
  },
  ...["POST", "HEAD", "OPTIONS"].map((method) => ({
    method,
    path: "/prom/metrics/",
    status: 404,
    why: "a wrong method isn't redirected",
  })),
  { method: "GET", path: "/prom/METRICS/?a", status: 301, headers: { location: "/prom/metrics?a" }, why: "so is another case" },
  { method: "POST", path: "/prom/-/Reload", status: 307, headers: { location: "/prom/-/reload" }, why: "and never acted on" },
  { method: "GET", path: "/prom/toString", status: 200, why: "only the paths of the table are known" },
])("$why: $method $path is $status", async ({ method, path, status, headers = {} }) => {
  expect(await send((await start()) + path, { method })).toMatchObject({ status, headers });
});
