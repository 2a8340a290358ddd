import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, expectEqual, inLanes, option, print, type Check, type Suite } from "../../harness.ts";
import { binary } from "../../paths.ts";
import { eventually, queryValue, withBench } from "../../processes.ts";
import { baseFiles, place, restore } from "./base.ts";
import { ANY_LINE, mutationsOf, type Mutation } from "./mutations.ts";
import { expectTold, startServed, startTarget, type Served } from "./server.ts";

/** A way to have the configuration read again. */
interface ReloadPath {
  readonly name: string;
  readonly flags: readonly string[];
  /** How many servers share the mutations: where each waits for a look of a second. */
  readonly servers: number;
  /** Whether someone asks for each reload. */
  readonly asked: boolean;
  /** Asks for a reload, if need be. Resolves with what told that it worked, or with the reason why not. */
  readonly reload: (served: Served) => Promise<Outcome>;
}

interface Outcome {
  readonly works: boolean;
  readonly told: string;
}

const OUTCOME = /^.*(Error reloading config|Completed loading of configuration file).*$/gm;
const REFUSAL = "failed to reload config: ";
const MOST_WAIT_MS = 60_000;

/** The last outcome that the log of the server tells from `offset` on; waits for one. */
async function nextOutcome({ program }: Served, offset: number): Promise<Outcome> {
  for (let leftMs = MOST_WAIT_MS; leftMs > 0; leftMs -= 10) {
    const found = [...program.output().slice(offset).matchAll(OUTCOME)].at(-1);
    if (found !== undefined) return { works: found[1].startsWith("Completed"), told: found[0].replaceAll('\\"', '"') };
    if (program.hasEnded()) break;
    await sleep(10);
  }
  throw new Error(`the log tells no reload:\n${program.output().slice(offset)}`);
}

const paths: readonly ReloadPath[] = [
  {
    name: "POST /-/reload",
    flags: ["--web.enable-lifecycle"],
    servers: 1,
    asked: true,
    async reload(served) {
      const offset = served.program.output().length;
      const response = await fetch(`${served.url}/-/reload`, { method: "POST" });
      const body = await response.text();
      const works = response.status === 200;
      expectEqual([response.status, body.startsWith(REFUSAL)], works ? [200, false] : [500, true], `the answer ${body}`);
      // The log says the same.
      expectEqual((await nextOutcome(served, offset)).works, works, "what the log tells");
      return { works, told: body };
    },
  },
  {
    name: "SIGHUP",
    flags: [],
    servers: 1,
    asked: true,
    reload(served) {
      const offset = served.program.output().length;
      process.kill(served.program.pid, "SIGHUP");
      return nextOutcome(served, offset);
    },
  },
  {
    name: "--config.auto-reload",
    flags: ["--config.auto-reload", "--config.auto-reload-interval=1s"],
    servers: 12,
    asked: false,
    reload: (served) => nextOutcome(served, served.program.output().length),
  },
];

/** One in so many mutations is followed by the good configuration, and by a look at scrapes and rules. */
const RECOVERY_EVERY = 25;

/** Breaks the configuration in every way in turn; the last step is the good one. */
async function breakAndMend(served: Served, path: ReloadPath, mutations: readonly Mutation[]): Promise<void> {
  const { folder, files } = served;
  const before = await served.inForce();
  const failures: string[] = [];
  let last = mutations[0];
  for (const [i, mutation] of mutations.entries()) {
    if (last.file !== mutation.file) restore(folder, last.file, files);
    place(folder, mutation.file, mutation.make);
    last = mutation;
    const wrong = await reloadUntil(served, path, ({ works, told }) => (works ? "it is taken" : wrongMessage(folder, mutation, told)));
    if (wrong === undefined) {
      await expectTold(served, false);
      expect((await served.inForce()) === before, `another configuration is in force after ${mutation.name}`);
    } else {
      failures.push(`${mutation.name}: ${wrong}`);
      restore(folder, mutation.file, files);
      await path.reload(served);
    }
    if ((i + 1) % RECOVERY_EVERY !== 0 && i + 1 < mutations.length) continue;
    await served.goesOn();
    restore(folder, mutation.file, files);
    const refused = await reloadUntil(served, path, ({ works, told }) => (works ? undefined : told));
    expect(refused === undefined, `the good configuration is refused: ${refused}`);
    await expectTold(served, true);
    expect((await served.inForce()) === before, "another configuration is in force after a good reload");
    await served.goesOn();
  }
  expect(failures.length === 0, failures.join("\n"));
}

/** Judges the outcome; by itself a server may have been reading what lay there before, and the outcome after that one counts. */
async function reloadUntil(served: Served, path: ReloadPath, judge: (outcome: Outcome) => string | undefined): Promise<string | undefined> {
  const wrong = judge(await path.reload(served));
  return wrong === undefined || path.asked ? wrong : judge(await path.reload(served));
}

/** What is wrong with a message, if anything: it must name the file, and the line where there is one. */
function wrongMessage(folder: string, { file, line }: Mutation, told: string): string | undefined {
  const path = join(folder, file);
  const lines = [...told.matchAll(new RegExp(`${path.replaceAll(".", "\\.")}(?:: ?(\\d+):\\d+: )?`, "g"))].map((found) => Number(found[1]));
  // The first place in the list of the command line is no place of a mistake.
  const isNamed = line === undefined ? lines.length > 0 : lines.some((one) => (line === ANY_LINE ? one > 0 : one === line));
  return isNamed ? undefined : `want ${file}:${line ?? ""}, told: ${told.slice(0, 400)}`;
}

/** Every so many mutations each path has its turn in a run of all suites, another part of them than the other paths. */
const EVERY = 6;

function checkOf(path: ReloadPath, every: number, offset: number): Check {
  const chosen = (port: number): readonly Mutation[] => mutationsOf(baseFiles(port)).filter((_mutation, i) => i % every === offset % every);
  const mutations = chosen(0);
  return {
    name: `${mutations.length} broken configurations by ${path.name}: the old one stays, the message names file and line`,
    run: () =>
      withBench(async (bench) => {
        const target = await startTarget();
        try {
          const real = chosen(target.port);
          const servers = Math.min(path.servers, Math.ceil(real.length / 10));
          const shares = Array.from({ length: servers }, (_, share) => real.filter((_mutation, i) => i % servers === share));
          await inLanes(shares.length, shares, async (share) => {
            await breakAndMend(
              await startServed(bench, binary("prometheus"), target.port, ["--query.workers=1", ...path.flags]),
              path,
              share,
            );
          });
          print(`    ${real.length} mutations, ${servers} servers`);
        } finally {
          target.close();
        }
      }),
  };
}

/** What reads as a mistake and is none: it takes effect, and what was there comes back. */
const emptyIsGood: Check = {
  name: "an empty configuration is one, as upstream has it",
  run: () =>
    withBench(async (bench) => {
      const target = await startTarget();
      try {
        const [path] = paths;
        const served = await startServed(bench, binary("prometheus"), target.port, ["--query.workers=1", ...path.flags]);
        const before = await served.inForce();
        place(served.folder, "prometheus.yml", (file) => writeFileSync(file, ""));
        expect((await path.reload(served)).works, "the empty configuration is refused");
        await expectTold(served, true);
        await eventually("the last target to go", async () =>
          (await queryValue(served.url, "count(up)")) === undefined ? true : undefined,
        );
        restore(served.folder, "prometheus.yml", served.files);
        expect((await path.reload(served)).works, "the good configuration is refused");
        await eventually("all that was there", async () => ((await served.inForce()) === before ? true : undefined));
        await served.goesOn();
      } finally {
        target.close();
      }
    }),
};

/** Broken configurations under a server that runs. */
export const reload: Suite = {
  name: "reload",
  about: "broken configurations by every reload path change nothing but what is told of them (`--every 1` for all of them)",
  atOnce: 4,
  // Many servers at once would keep others from their timers.
  alone: true,
  checks: (args) => [emptyIsGood, ...paths.map((path, i) => checkOf(path, Number(option(args, "every") ?? EVERY), i))],
};
