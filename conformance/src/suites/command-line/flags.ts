import { writeFileSync } from "node:fs";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, expectEqual, print, type Check } from "../../harness.ts";
import { binary } from "../../paths.ts";
import { majorVersionOf } from "../../peer-version.ts";
import { untilReady, withBench, type Bench } from "../../processes.ts";

type Flags = Readonly<Record<string, string>>;

/** Flags that are told differently, and why. */
const OTHERWISE: ReadonlyMap<string, string> = new Map([
  ["storage.tsdb.path", "each has a folder of its own"],
  ["web.listen-address", "and a port"],
  ["config.file", "and a configuration"],
  ["web.console.libraries", "Debian's lie elsewhere"],
  ["web.console.templates", "Debian's lie elsewhere"],
  ["web.local-assets", "Debian's own"],
  ["storage.agent.path", "Debian's is elsewhere"],
]);

/** What 3.x no longer has, and what it tells of otherwise than 2.x. */
const SINCE_THREE: ReadonlyMap<string, string> = new Map([
  ["alertmanager.timeout", "gone: it did nothing"],
  ["storage.tsdb.allow-overlapping-blocks", "gone: they are allowed"],
  ["storage.tsdb.retention", "gone: retention.time took its place"],
  ["storage.tsdb.retention.time", "tells the default"],
  ["storage.tsdb.use-lockfile", "Debian's own"],
  ["storage.agent.use-lockfile", "Debian's own"],
  ["storage.agent.retention.min-time", "tells the default"],
  ["storage.agent.retention.max-time", "tells the default"],
]);

/** Ours, and one that releases behind 3.14 have. */
const OWN: readonly string[] = ["query.workers", "scrape.body-size-ceiling", "storage.tsdb.wal-fsync", "auto-gomemlimit.refresh-interval"];

/** `/api/v1/status/flags` of both with a command line that says nothing. */
export function flagsCheck(findPeer: () => string): Check {
  return { name: "status/flags", run: () => withBench((bench) => compareFlags(bench, findPeer())) };
}

async function compareFlags(bench: Bench, program: string): Promise<void> {
  const isThree = majorVersionOf(program) === 3;
  const [theirs, ours] = await Promise.all([flagsOf(bench, program), flagsOf(bench, binary("prometheus"))]);
  for (const [name, value] of Object.entries(theirs)) {
    if (OTHERWISE.has(name) || (!isThree && SINCE_THREE.has(name))) continue;
    expectEqual(ours[name], value, `--${name}`);
  }
  const more = Object.keys(ours).filter((name) => !Object.hasOwn(theirs, name));
  if (isThree) expectEqual(more.join(" "), OWN.toSorted().join(" "), "the flags that only we have");
  else
    expect(
      OWN.every((name) => more.includes(name)),
      "a flag of ours is one of the peer's, too",
    );
  print(`  ${Object.keys(theirs).length} flags of the peer's, ${more.length} more of ours`);
}

async function flagsOf(bench: Bench, program: string): Promise<Flags> {
  const [folder, port] = [bench.folder(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(`${folder}/prometheus.yml`, "");
  const args = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`];
  await untilReady(url, await bench.start(program, args));
  const { data } = (await (await fetch(`${url}/api/v1/status/flags`)).json()) as { readonly data: Flags };
  return data;
}
