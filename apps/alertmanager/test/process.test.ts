import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { eventually, startProcess, tempFolder, type StartedProcess } from "@ferula/test-kit";
import { CONFIG } from "./support.ts";

const PROGRAM = join(import.meta.dirname, "../bin/alertmanager.js");
const amtoolPath = (process.env["PATH"] ?? "")
  .split(":")
  .map((folder) => join(folder, "amtool"))
  .find((path) => existsSync(path));
const testWithAmtool = amtoolPath === undefined ? test.skip : test;

function folderWith(config: string): string {
  const folder = tempFolder();
  writeFileSync(join(folder, "alertmanager.yml"), config);
  return folder;
}

function run(folder: string, flags: readonly string[] = []): Promise<StartedProcess> {
  return startProcess(process.execPath, [
    PROGRAM,
    `--config.file=${folder}/alertmanager.yml`,
    `--storage.path=${folder}/data`,
    "--web.listen-address=127.0.0.1:0",
    ...flags,
  ]);
}

async function urlOf(program: StartedProcess): Promise<string> {
  return `http://${/address=(\S+)/.exec(await program.waitForLine("Listening on"))?.[1]}`;
}

async function silence(url: string, comment: string): Promise<string> {
  const response = await fetch(`${url}/api/v2/silences`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      matchers: [{ name: "job", value: "a", isRegex: false }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 600_000).toISOString(),
      createdBy: "me",
      comment,
    }),
  });
  return ((await response.json()) as { silenceID: string }).silenceID;
}

async function comments(url: string): Promise<readonly string[]> {
  const silences = (await (await fetch(`${url}/api/v2/silences`)).json()) as readonly { readonly comment: string }[];
  return silences.map(({ comment }) => comment).toSorted();
}

describe("the process", () => {
  test("ends with 1 for a configuration with mistakes, and tells their places", async () => {
    const folder = folderWith("route:\n  receiver: a\n  group_waitt: 1s\n");
    const program = await run(folder);
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr()).toContain(`${folder}/alertmanager.yml:3:3: route.group_waitt: field group_waitt not found`);
  });

  test("ends with 1 for a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const program = await run(folderWith(CONFIG), [`--web.listen-address=${address}`]);
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr()).toContain(`cannot listen on ${address}: the port is in use by another program`);
    other.close();
  });

  test("warns of flags that have no effect, and logs changes of silences when asked to", async () => {
    const flags = ["--cluster.listen-address=", "--cluster.peer-name=me", "--cluster.label=", "--web.get-concurrency=3", "--log.silences"];
    const program = await run(folderWith(CONFIG), flags);
    const id = await silence(await urlOf(program), "why");
    await program.waitForLine(`Id=${id}`);
    await program.kill();
    const lines = (text: string): string[] => (program.stdout() + program.stderr()).split("\n").filter((line) => line.includes(text));
    expect(lines("Flag has no effect yet")).toEqual([expect.stringContaining("--cluster.peer-name")]);
    expect(lines(`Id=${id}`)).toEqual([expect.stringMatching(/msg="create silence".*CreatedBy=me Comment=why .*Matchers="?job=a/)]);
  });

  test("does not know a flag: 1 and usage", async () => {
    const program = await run(folderWith(CONFIG), ["--nope"]);
    expect((await program.exited).code).toBe(1);
    expect(program.stdout() + program.stderr()).toContain("--nope");
  });

  test("keeps acknowledged silences through a kill, and a stop writes them into a snapshot", async () => {
    const folder = folderWith(CONFIG);
    const first = await run(folder);
    const firstUrl = await urlOf(first);
    for (let i = 0; i < 20; i++) await silence(firstUrl, `before the kill ${i}`);
    const before = await comments(firstUrl);
    await first.kill("SIGKILL");

    const second = await run(folder);
    const secondUrl = await urlOf(second);
    expect(await comments(secondUrl)).toEqual(before);
    await silence(secondUrl, "before the stop");
    expect(await second.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    expect(readFileSync(join(folder, "data/silences")).includes("before the stop")).toBe(true);
    expect(existsSync(join(folder, "data/nflog"))).toBe(true);

    const third = await run(folder);
    expect(await comments(await urlOf(third))).toEqual([...before, "before the stop"].toSorted());
    await third.kill();
  });

  test("loads its configuration again at SIGHUP", async () => {
    const folder = folderWith(CONFIG);
    const program = await run(folder);
    const url = await urlOf(program);
    const receivers = async (): Promise<number> => ((await (await fetch(`${url}/api/v2/receivers`)).json()) as readonly unknown[]).length;
    expect(await receivers()).toBe(2);
    writeFileSync(join(folder, "alertmanager.yml"), "route: {receiver: one}\nreceivers: [{name: one}]\n");
    process.kill(program.pid, "SIGHUP");
    await eventually(async () => expect(await receivers()).toBe(1));
    writeFileSync(join(folder, "alertmanager.yml"), "{");
    process.kill(program.pid, "SIGHUP");
    await program.waitForLine("Loading configuration file failed");
    expect(await receivers()).toBe(1);
    await program.kill();
  });

  testWithAmtool("answers the amtool of other versions", async () => {
    const program = await run(folderWith(CONFIG));
    const url = await urlOf(program);
    const amtool = async (...args: readonly string[]): Promise<string> => {
      const { stdout } = await promisify(execFile)(String(amtoolPath), [`--alertmanager.url=${url}`, ...args], {
        env: { HOME: tempFolder() },
      });
      return stdout.trim();
    };
    await amtool("alert", "add", "Down", "job=a", "--annotation=summary=it is down");
    await amtool("alert", "add", "Slow", "job=b");
    expect(await amtool("alert", "query", "-o", "extended")).toMatch(/alertname="Down".*job="a".*summary="it is down"/);
    expect(await amtool("alert", "query", "job=b", "-o", "json")).toContain('"alertname":"Slow"');

    const id = await amtool("silence", "add", "alertname=Down", "--comment=c", "--author=me", "--duration=1h");
    expect(await amtool("silence", "query", "-q")).toBe(id);
    expect(await amtool("alert", "query", "-o", "simple")).not.toContain("Down");
    expect(await amtool("alert", "query", "--silenced")).toContain("Down");
    await amtool("silence", "update", id, "--duration=2h", "--comment=changed");
    expect(await amtool("silence", "query", "-o", "extended")).toMatch(new RegExp(`${id}.*changed`));
    await amtool("silence", "expire", id);
    expect(await amtool("silence", "query", "-q")).toBe("");
    expect(await amtool("silence", "query", "--expired", "-q")).toBe(id);

    expect(await amtool("config", "show")).toContain("receiver: default");
    expect(await amtool("cluster", "show")).toContain("disabled");
    await program.kill();
  });
});
