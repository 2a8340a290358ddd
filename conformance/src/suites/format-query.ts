import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ParseError, parseExpr, prettyExpr } from "@ferula/promql-syntax";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, peer, print, skip, type Suite } from "../harness.ts";
import { dataFolder, root } from "../paths.ts";
import { untilReady, withBench } from "../processes.ts";
import { scriptExpressions } from "./grammar.ts";
import { newSince2 } from "./new-since-2.ts";

/** What a parser makes of a query: how it prints it over several lines, or why it refuses it. */
export interface Verdict {
  readonly printed: string | undefined;
  readonly refusal: string | undefined;
}

function ours(query: string): Verdict {
  try {
    return { printed: prettyExpr(parseExpr(query)), refusal: undefined };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { printed: undefined, refusal: error.message };
  }
}

async function theirs(url: string, query: string): Promise<Verdict> {
  const response = await fetch(`${url}/api/v1/format_query`, { method: "POST", body: new URLSearchParams({ query }) });
  const { data, error } = (await response.json()) as { readonly data?: string; readonly error?: string };
  return { printed: data, refusal: error?.replace('invalid parameter "query": ', "") };
}

/** The expressions of upstream's scripts, and those of the parser's own tests, of which half are wrong. */
function queries(): readonly string[] {
  const table = readFileSync(join(root, "packages", "promql-syntax", "test", "expressions.txt"), "utf8");
  const rows = table.split("\n").filter((line) => !/^(?:##|=>|!!|$)/.test(line));
  return [...new Set([...scriptExpressions(), ...rows.map((row) => row.replaceAll("⏎", "\n"))])];
}

function describe({ printed, refusal }: Verdict): string {
  return printed === undefined ? `refused: ${refusal}` : JSON.stringify(printed);
}

/** Holds the parser and both printers against the `format_query` endpoint of Debian's server. */
export const formatQuery: Suite = {
  name: "format-query",
  about: "Debian's server accepts, refuses and prints the same queries as our parser, but for what is new since 2.42",
  checks: () => [
    {
      name: "format_query",
      run: () =>
        withBench(async (bench) => {
          if (dataFolder === undefined) skip("../shared/conformance is not there");
          const [program, folder, port] = [peer("prometheus"), bench.folder(), await freePort()];
          const url = `http://127.0.0.1:${port}`;
          writeFileSync(join(folder, "prometheus.yml"), "global: {}\n");
          const args = [
            `--config.file=${folder}/prometheus.yml`,
            `--storage.tsdb.path=${folder}/data`,
            `--web.listen-address=127.0.0.1:${port}`,
          ];
          await untilReady(url, await bench.start(program, args));
          await compareAll(url, queries());
        }),
    },
  ],
};

/** Every difference must be one of `newSince2`, and each of its rows must still explain some. */
async function compareAll(url: string, all: readonly string[]): Promise<void> {
  const counts = new Map(newSince2.map(({ what }) => [what, 0]));
  const unexplained: string[] = [];
  let [same, refused] = [0, 0];
  for (const query of all) {
    const [own, other] = [ours(query), await theirs(url, query)];
    if (own.printed === other.printed && own.refusal === other.refusal) {
      same++;
      if (own.refusal !== undefined) refused++;
      continue;
    }
    const reason = newSince2.find(({ explains }) => explains({ query, ours: own, theirs: other }));
    if (reason === undefined) unexplained.push(`${JSON.stringify(query)}\n  theirs ${describe(other)}\n  ours   ${describe(own)}`);
    else counts.set(reason.what, (counts.get(reason.what) ?? 0) + 1);
  }
  print(`    ${same} of ${all.length} queries have the same answer, ${refused} of them a refusal; what is new since 2.42 explains`);
  for (const [what, count] of counts) print(`      ${count} by: ${what}`);
  expect(unexplained.length === 0, `${unexplained.length} differences:\n${unexplained.join("\n")}`);
  expect(same >= 400 && refused >= 100, `only ${same} are the same, ${refused} of them refusals`);
  for (const [what, count] of counts) expect(count > 0, `nothing differs by "${what}" any more`);
}
