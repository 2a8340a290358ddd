import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, peer, type Check } from "../../harness.ts";
import { withServed, type Served } from "./served.ts";

/** A command of Debian's promtool, and what it must print. */
interface Command {
  readonly args: (served: Served) => readonly string[];
  readonly says: RegExp;
}

const SECONDS = 1000;

const queries: Readonly<Record<string, Command>> = {
  "query instant": { args: ({ url }) => ["query", "instant", url, "sum(answer) + 1"], says: /^\{\} => 43 @\[/ },
  "query instant of nothing": { args: ({ url }) => ["query", "instant", url, "nothing"], says: /^\s*$/ },
  "query range": {
    args({ url }) {
      const end = Math.floor(Date.now() / SECONDS);
      return ["query", "range", `--start=${end - 60}`, `--end=${end}`, "--step=1s", url, "answer"];
    },
    says: /^answer(?:\{\})? =>\n42 @\[/,
  },
  "query series": { args: ({ url }) => ["query", "series", '--match=up{job="self"}', url], says: /^\{__name__="up", .*job="self"\}$/m },
  "query labels": { args: ({ url }) => ["query", "labels", url, "job"], says: /^self$/m },
};

function promtool(args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(peer("promtool"), args, { encoding: "utf8", input });
  // 3 stands for matters of style, which upstream's own metrics have too.
  expect(status === 0 || (status === 3 && args[0] === "check"), `promtool ${args.join(" ")} ends with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** Debian's promtool as a client. */
export const promtoolChecks: readonly Check[] = [
  {
    name: `promtool: ${Object.keys(queries).join(", ")}`,
    run: () =>
      withServed(async (served) => {
        for (const [name, { args, says }] of Object.entries(queries)) {
          const printed = promtool(args(served));
          expect(says.test(printed), `promtool ${name} prints: ${printed}`);
        }
      }),
  },
  {
    name: "promtool: check metrics of /metrics",
    run: () =>
      withServed(async ({ url }) => {
        promtool(["check", "metrics"], await (await fetch(`${url}/metrics`)).text());
      }),
  },
  {
    name: "promtool: debug metrics",
    run: () =>
      withServed(async ({ bench, url }) => {
        // It writes its archive to where it runs.
        const cwd = bench.folder();
        const { status, stdout, stderr } = spawnSync(peer("promtool"), ["debug", "metrics", url], { encoding: "utf8", cwd });
        expect(status === 0, `promtool debug metrics ends with ${status}: ${stdout}${stderr}`);
        const archive = spawnSync("tar", ["-xzOf", join(cwd, "debug.tar.gz")], { encoding: "utf8" });
        expect(archive.stdout.includes("prometheus_build_info{"), `the archive holds: ${archive.stdout.slice(0, 300)}${archive.stderr}`);
      }),
  },
  {
    name: "promtool: tsdb list and dump of a copy of the live folder",
    run: () =>
      withServed(async ({ bench, data }) => {
        const folder = join(bench.folder(), "data");
        cpSync(data, folder, { recursive: true });
        promtool(["tsdb", "list", folder]);
        const dumped = promtool(["tsdb", "dump", folder]);
        expect(/^\{__name__="answer"\} 42 \d+$/m.test(dumped), `the dump lacks a sample: ${dumped.slice(0, 300)}`);
      }),
  },
];
