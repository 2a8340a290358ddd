import { createServer } from "node:net";
import { expect, test } from "@jest/globals";
import { eventually, freePort, startProcess, tempFolder, type StartedProcess } from "../src/index.ts";

async function node(script: string, options?: Parameters<typeof startProcess>[2]): Promise<StartedProcess> {
  return startProcess(process.execPath, ["-e", script], options);
}

const FOREVER = "setInterval(() => {}, 1000);";

test("outputs and the code are kept", async () => {
  const child = await node("console.log('out'); console.error('err'); process.exit(3)");
  expect(await child.exited).toEqual({ code: 3, signal: null });
  expect([child.stdout(), child.stderr()]).toEqual(["out\n", "err\n"]);
});

test("the folder and the environment are given", async () => {
  const folder = tempFolder();
  const child = await node("console.log(process.cwd(), process.env.GIVEN, process.env.HOME)", {
    cwd: folder,
    env: { GIVEN: "yes", HOME: undefined },
  });
  await child.exited;
  expect(child.stdout()).toContain(`${folder} yes undefined`);
});

test.each([
  { wanted: "ready", want: "I am ready now" },
  { wanted: /^port \d+$/g, want: "port 12" },
])("a line is waited for, whole, on either output: $wanted", async ({ wanted, want }) => {
  const child = await node(
    `process.stderr.write("I am rea"); setTimeout(() => { process.stderr.write("dy now\\n"); console.log("port 12"); }, 30); ${FOREVER}`,
  );
  expect(await child.waitForLine(wanted)).toBe(want);
  expect(await child.kill()).toEqual({ code: null, signal: "SIGTERM" });
});

test("a line that never comes is told with the outputs, when the process ends", async () => {
  const child = await node("console.log('something else'); process.exit(1)");
  await expect(child.waitForLine("ready")).rejects.toThrow(
    /cannot wait for the line ready of .*: it ended with code 1\nstdout: something else/,
  );
});

test("and when time is up", async () => {
  const child = await node(FOREVER);
  await expect(child.waitForLine("ready", { timeoutMs: 1 })).rejects.toThrow("1 ms went by");
  await child.kill("SIGKILL");
});

test("a line written just before the end is found", async () => {
  const child = await node("console.log('last words')");
  await child.exited;
  expect(await child.waitForLine("last words")).toBe("last words");
});

test("a port is waited for, and free before", async () => {
  const port = await freePort();
  const child = await node(`setTimeout(() => require("net").createServer().listen(${port}, "127.0.0.1"), 30); ${FOREVER}`);
  await child.waitForPort(port);
  const server = createServer();
  const failure = new Promise((resolve) => {
    server.once("error", resolve);
  });
  server.listen(port, "127.0.0.1");
  expect(await failure).toMatchObject({ code: "EADDRINUSE" });
  await child.kill();
  await expect(child.waitForPort(port)).rejects.toThrow("it ended with SIGTERM");
});

test("killing again does nothing", async () => {
  const child = await node(FOREVER);
  const first = await child.kill("SIGKILL");
  expect(await child.kill()).toEqual(first);
});

test("what can't be started is refused", async () => {
  await expect(startProcess("/no/such/program", [])).rejects.toMatchObject({ code: "ENOENT" });
});

test("a process that is forgotten is killed when the file is through", async () => {
  // Nothing to expect here but that it runs; jest would hang, and tell of an open handle, if it were not killed.
  const child = await node(FOREVER);
  await eventually(() => {
    process.kill(child.pid, 0);
  });
});
