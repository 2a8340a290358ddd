import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, option, peer, skip, type Suite } from "../../harness.ts";
import { majorVersionOf } from "../../peer-version.ts";
import { binary, dataFolder } from "../../paths.ts";
import { type Bench, withBench } from "../../processes.ts";
import { beginningOf, type Call, get, post, send } from "./call.ts";
import { type Difference, differences } from "./compare.ts";
import { holdAgainst, judgeCoverage } from "./document-check.ts";
import { judge } from "./judge.ts";
import { misdescribed, unanswered } from "./known.ts";
import { type Described, readDocument, upstreamDocument } from "./schemas.ts";
import { startTarget } from "./target.ts";
import { closedTour, documentTour, openTour } from "./tour/index.ts";
import { closed, open, type Setup, startToured, type World, writeRules } from "./world.ts";

/** The written series end so long ago: what is scraped meanwhile is not in their range. */
const AGE_SECONDS = 600;

/** Holds the HTTP API against upstream's description of it, and against another build of Prometheus on the same data. */
export const api: Suite = {
  name: "api",
  about: "the HTTP API answers as upstream describes it, and as a Prometheus does (`--peer PATH` of 2.x or 3.x)",
  atOnce: 2,
  checks: (args) => [
    {
      name: "a tour of the API is answered as a Prometheus answers it",
      run: () => compareServers(option(args, "peer") ?? peer("prometheus")),
    },
    { name: "every path of upstream's document and of ours is answered as it is described there", run: holdAgainstDocuments },
  ],
};

/** A world whose servers see the same. */
async function inWorld(work: (bench: Bench, world: World) => Promise<void>): Promise<void> {
  const target = await startTarget();
  try {
    await withBench(async (bench) => {
      const toSeconds = Math.floor(Date.now() / 1000) - AGE_SECONDS;
      await work(bench, { target, downAddress: `127.0.0.1:${await freePort()}`, rulesFile: writeRules(bench), toSeconds });
    });
  } finally {
    target.close();
  }
}

function compareServers(program: string): Promise<void> {
  const major = majorVersionOf(program);
  return inWorld(async (bench, world) => {
    const compare = async (setup: Setup, tour: readonly Call[]): Promise<readonly Difference[]> => {
      const [ours, theirs] = await Promise.all([binary("prometheus"), program].map((one) => startToured(bench, one, major, setup, world)));
      const found: Difference[] = [];
      for (const call of tour) {
        const [own, other] = await Promise.all([send(ours, call), send(theirs, call)]);
        found.push(...differences(call, own, other, major === 3));
      }
      return found;
    };
    const isKnown = (call: Call): boolean => (call.since ?? 2) <= major;
    const [openCalls, closedCalls] = [openTour(world), closedTour(world.toSeconds, closed.prefix)].map((calls) => calls.filter(isKnown));
    const found = await Promise.all([compare(open, openCalls), compare(closed, closedCalls)]);
    judge(found.flat(), { asked: openCalls.length + closedCalls.length, program, major });
  });
}

/** So many parentheses must be refused at once, and leave the server as it was. */
const PARENTHESES = 100_000;

function holdAgainstDocuments(): Promise<void> {
  const folder = dataFolder ?? skip("upstream's data files are not beside the repository");
  return inWorld(async (bench, world) => {
    const url = await startToured(bench, binary("prometheus"), 3, open, world);
    const own = await ownDocument(url);
    const calls = documentTour(world);
    judgeCoverage("upstream's document", await holdAgainst(upstreamDocument(folder), url, calls), { unanswered, invalid: misdescribed });
    judgeCoverage("our document", await holdAgainst(own, url, calls), { unanswered, invalid: [] });
    const live = await beginningOf(url, "/api/v1/notifications/live");
    expect(live.status === 200 && live.headers["content-type"] === "text/event-stream", `notifications/live: ${live.status}`);
    const deep = await send(url, post("query", { query: "(".repeat(PARENTHESES) + "1" + ")".repeat(PARENTHESES) }));
    expect(deep.status === 400, `${PARENTHESES} parentheses: ${deep.status} ${deep.text.slice(0, 200)}`);
  });
}

/** Both versions of the document that a server serves; that of 3.2 has all that there is. */
async function ownDocument(url: string): Promise<readonly Described[]> {
  const [old, latest] = await Promise.all(
    ["3.1", "3.2"].map(async (version) => {
      const { status, text } = await send(url, get("openapi.yaml", { openapi_version: version }));
      expect(status === 200 && text.startsWith(`openapi: "${version}.0"`), `openapi.yaml of ${version}: ${status} ${text.slice(0, 100)}`);
      return readDocument(text);
    }),
  );
  const missing = latest.map(({ name }) => name).filter((name) => old.every((one) => one.name !== name));
  expect(missing.join() === "GET /notifications/live", `3.1 does not describe ${missing.join(", ")}`);
  return latest;
}
