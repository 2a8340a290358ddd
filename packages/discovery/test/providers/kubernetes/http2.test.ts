import { createSecureServer, type Http2SecureServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createAuthority } from "@ferula/test-certificates";
import { eventually } from "@ferula/test-kit";
import { podObject } from "./objects.ts";
import { discovered } from "./support.ts";

let server: Http2SecureServer;
let ca = "";
const sessions = new Set<ServerHttp2Session>();
const watches: { readonly path: string; readonly stream: ServerHttp2Stream }[] = [];

beforeAll(async () => {
  const authority = await createAuthority("cluster");
  ca = authority.cert;
  server = createSecureServer(await authority.issue(["127.0.0.1"]));
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream, { ":path": path = "" }) => {
    stream.on("error", () => undefined);
    stream.respond({ ":status": 200, "content-type": "application/json" });
    if (path.includes("watch=true")) watches.push({ path, stream });
    else stream.end('{"metadata":{"resourceVersion":"1"},"items":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  for (const session of sessions) session.destroy();
  server.close();
});

test("real API servers speak HTTP/2: all watches share a connection, and go on when one of them or all end", async () => {
  const { port } = server.address() as AddressInfo;
  const tls = `tls_config: {ca: ${JSON.stringify(ca)}}`;
  const { groups } = await discovered(
    `{api_server: 'https://127.0.0.1:${port}', role: endpointslice, attach_metadata: {node: true}, ${tls}}`,
  );
  await eventually(() => watches.length === 4);
  expect(sessions.size).toBe(1);

  const slice = {
    metadata: { name: "s", namespace: "default", resourceVersion: "7" },
    endpoints: [{ addresses: ["1.1.1.1"] }],
    ports: [{ port: 1 }],
  };
  const ofSlices = (): typeof watches => watches.filter(({ path }) => path.includes("endpointslices"));
  ofSlices()[0].stream.write(`${JSON.stringify({ type: "ADDED", object: slice })}\n`);
  await eventually(() => groups.get("endpointslice/default/s")?.targets.length === 1);

  ofSlices()[0].stream.end();
  await eventually(() => ofSlices().length === 2);
  expect(ofSlices()[1].path).toContain("resourceVersion=7");
  expect(sessions.size).toBe(1);

  for (const session of sessions) session.destroy();
  await eventually(() => ofSlices().length === 3);
  ofSlices()[2].stream.write(`${JSON.stringify({ type: "DELETED", object: { ...slice, spec: podObject("x") } })}\n`);
  await eventually(() => groups.get("endpointslice/default/s")?.targets.length === 0);
});
