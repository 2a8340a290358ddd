import { expect, expectEqual, option, peer, print, type Suite } from "../../harness.ts";
import { binary } from "../../paths.ts";
import { majorVersionOf } from "../../peer-version.ts";
import { withBench } from "../../processes.ts";
import { copyOf, type Running, startOn } from "../tsdb/servers.ts";
import { askBytes, askRead, type ReadAnswer } from "./ask.ts";
import { readByPeer } from "./clients.ts";
import { makeData, type SharedData } from "./data.ts";
import { LIMIT, questions, refusedBodies, refusedQuestions, tooMuch } from "./questions.ts";

/** Holds remote read, the server's side, against another build of Prometheus: as a server on the same data, and as a client. */
export const remoteRead: Suite = {
  name: "remote-read",
  about: "remote reads have the same answers from a Prometheus on the same data, and it reads ours (`--peer PATH` of 2.x or 3.x)",
  atOnce: 2,
  checks: (args) => {
    const program = (): string => option(args, "peer") ?? peer("prometheus");
    return [
      { name: "requests have the same answers, and what is refused is refused alike", run: () => compareServers(program()) },
      { name: "a server that reads ours answers queries as ours does", run: () => readByPeer(program()) },
    ];
  },
};

async function compareServers(program: string): Promise<void> {
  const isNew = majorVersionOf(program) === 3;
  await withBench(async (bench) => {
    const data = await makeData(bench, isNew);
    const features = isNew ? [] : ["--enable-feature=native-histograms"];
    const start: Start = (whose, flags = []) =>
      whose === "ours"
        ? startOn(bench, binary("prometheus"), copyOf(bench, data.folder), { global: GLOBAL, flags })
        : startOn(bench, program, copyOf(bench, data.folder), { global: GLOBAL, flags: [...features, ...flags] });
    const [ours, theirs] = await Promise.all([start("ours"), start("theirs")]);
    await compareResults(data, ours, theirs, isNew);
    await compareRefusals(data, ours, theirs, isNew);
    await compareLimits(data, start, isNew);
  });
}

const GLOBAL = "external_labels: {region: eu}";

async function compareResults(data: SharedData, ours: Running, theirs: Running, isNew: boolean): Promise<void> {
  let lineCount = 0;
  for (const [name, question] of questions(data, isNew)) {
    const [got, want] = await Promise.all([askRead(ours.url, question), askRead(theirs.url, question)]);
    compare(name, got, want);
    lineCount += want.lines.length;
  }
  expect(lineCount > 300, `the answers have ${lineCount} series only`);
  print(`    ${lineCount} series are the same`);
}

async function compareRefusals(data: SharedData, ours: Running, theirs: Running, isNew: boolean): Promise<void> {
  const asked: [string, (url: string) => Promise<ReadAnswer>][] = [
    ...[...refusedQuestions(data)].map(([name, question]): [string, (url: string) => Promise<ReadAnswer>] => [
      name,
      (url) => askRead(url, question),
    ]),
    ...[...refusedBodies].map(([name, body]): [string, (url: string) => Promise<ReadAnswer>] => [name, (url) => askBytes(url, body)]),
  ];
  for (const [name, ask] of asked) {
    const [got, want] = await Promise.all([ask(ours.url), ask(theirs.url)]);
    expect(want.head[0] !== 200, `${name}: the peer takes it`);
    compare(name, withoutMoved(got, isNew), withoutMoved(want, isNew));
  }
}

/**
 * Upstream says of errors that they are packed as the samples would be, and before 3.x that they are of their type: they are plain texts. A
 * regular expression was shown with what was put around it.
 */
function withoutMoved({ head: [status, type, , text], lines }: ReadAnswer, isNew: boolean): ReadAnswer {
  return { head: isNew ? [status, type, text] : [status, String(text).replace("^(?:", "").replace(")$`", "`")], lines };
}

type Start = (whose: "ours" | "theirs", flags?: readonly string[]) => Promise<Running>;

async function compareLimits(data: SharedData, start: Start, isNew: boolean): Promise<void> {
  const flags = [`--storage.remote.read-sample-limit=${LIMIT}`, "--storage.remote.read-max-bytes-in-frame=1500"];
  const [ours, theirs] = await Promise.all([start("ours", flags), start("theirs", flags)]);
  const question = tooMuch(data);
  const [got, want] = await Promise.all([askRead(ours.url, question), askRead(theirs.url, question)]);
  expectEqual(want.head[0], 400, "the peer's status beyond its limit");
  compare("more samples than the limit", withoutMoved(got, isNew), withoutMoved(want, isNew));
  const chunks = { ...question, acceptedResponseTypes: [1] };
  compare("small frames", ...(await Promise.all([askRead(ours.url, chunks), askRead(theirs.url, chunks)])));
}

function compare(name: string, got: ReadAnswer, want: ReadAnswer): void {
  expectEqual(got.head, want.head, name);
  const wanted = new Set(want.lines);
  const differing = got.lines.filter((line) => !wanted.has(line));
  if (differing.length > 0 || got.lines.length !== want.lines.length) {
    const gotSet = new Set(got.lines);
    const missing = want.lines.find((line) => !gotSet.has(line));
    throw new Error(`${name}: ${got.lines.length} series, ${want.lines.length} wanted\n${firstDifference(differing[0], missing)}`);
  }
}

/** Of two long lines the part where they part. */
function firstDifference(got = "nothing", want = "nothing"): string {
  let at = 0;
  while (at < got.length && got[at] === want[at]) at++;
  const part = (text: string): string => `${text.slice(0, 80)} … ${text.slice(Math.max(0, at - 60), at + 160)}`;
  return `got  ${part(got)}\nwant ${part(want)}`;
}
