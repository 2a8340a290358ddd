import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { closeServers, listening, probe, type Probed } from "./support.ts";

afterEach(closeServers);

/** A server that does as it is told with each connection, and what it was sent. */
async function server(serve: (socket: Socket) => void): Promise<{ readonly address: string; readonly received: () => string }> {
  let received = "";
  const address = await listening(
    createServer((socket) => {
      socket.on("data", (bytes: Buffer) => (received += bytes.toString()));
      socket.on("error", () => undefined);
      serve(socket);
    }),
  );
  return { address, received: () => received };
}

const failures = ({ metrics }: Probed): readonly (number | undefined)[] => [
  metrics.get("probe_failed_due_to_regex"),
  metrics.get("probe_failed_due_to_bytes"),
];

describe("a conversation", () => {
  test.each([
    { why: "without steps", steps: "[]", says: "", success: true, failed: [0, 0] },
    { why: "whose line comes after others", steps: "[{expect: '^c'}]", says: "a\nb\r\nc\n", success: true, failed: [0, 0] },
    { why: "whose last line has no end", steps: "[{expect: '^c$'}]", says: "a\nc", success: true, failed: [0, 0] },
    { why: "in which no line matches", steps: "[{expect: '^x'}]", says: "a\nb\n", success: false, failed: [1, 0] },
    { why: "that matched and then does not", steps: "[{expect: a}, {expect: x}]", says: "a\nb\n", success: false, failed: [1, 0] },
    { why: "with the bytes", steps: "[{expect_bytes: ab}, {expect_bytes: 'c'}]", says: "abc", success: true, failed: [0, 0] },
    { why: "with other bytes", steps: "[{expect_bytes: ab}]", says: "ax", success: false, failed: [0, 1] },
    { why: "with too few bytes", steps: "[{expect_bytes: abc}]", says: "ab", success: false, failed: [0, 0] },
  ])("$why: success $success", async ({ steps, says, success, failed }) => {
    const { address } = await server((socket) => socket.end(says));
    const probed = await probe(`{prober: tcp, tcp: {query_response: ${steps}}}`, address);
    expect(probed.success).toBe(success);
    expect(failures(probed)).toEqual(failed);
  });

  test("sends what it heard, in the step that heard it only", async () => {
    const { address, received } = await server((socket) => {
      socket.write("PING 42\n");
      socket.once("data", () => socket.write("DONE\n"));
    });
    const steps = "[{expect: 'PING (?P<n>[0-9]+)', send: 'PONG ${1} $n $$'}, {send: 'raw ${1}'}, {expect: DONE}]";
    const { success } = await probe(`{prober: tcp, tcp: {query_response: ${steps}}}`, address);
    expect(success).toBe(true);
    expect(received()).toBe("PONG 42 42 $\nraw ${1}\n");
  });

  test("shows what it heard as labels", async () => {
    const { address } = await server((socket) => socket.end("SSH-2.0-Open_9.2 Debian\n"));
    const steps = "[{expect: '^SSH-([0-9.]+)-(.*)', labels: [{name: version, value: '$1'}, {name: rest, value: '${2}!'}]}]";
    const { metrics } = await probe(`{prober: tcp, tcp: {query_response: ${steps}}}`, address);
    expect(metrics.get('probe_expect_info{rest="Open_9.2 Debian!",version="2.0"}')).toBe(1);
  });

  test("that gets no answer ends with the probe's time, and is no mismatch", async () => {
    const { address } = await server(() => undefined);
    const probed = await probe("{prober: tcp, tcp: {query_response: [{expect: x}]}}", address, { timeoutMs: 100 });
    expect(probed.success).toBe(false);
    expect(failures(probed)).toEqual([0, 0]);
    expect(probed.log).toContain("context deadline exceeded");
  });

  test("ends when a line has no end", async () => {
    const { address } = await server((socket) => void socket.write("x".repeat(1_000_000)));
    const probed = await probe("{prober: tcp, tcp: {query_response: [{expect: y}]}}", address);
    expect(probed.success).toBe(false);
    expect(probed.log).toContain("a line of more than 65536 bytes");
  });
});

test.each([
  { target: "127.0.0.1", message: "Error splitting target address and port" },
  { target: "127.0.0.1:1", message: "ECONNREFUSED" },
])("$target fails with the reason, before there is a conversation", async ({ target, message }) => {
  const probed = await probe("{prober: tcp}", target);
  expect(probed.success).toBe(false);
  expect(probed.log).toContain(message);
  expect(failures(probed)).toEqual([undefined, undefined]);
});
