import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, skip, type Check, type Suite } from "../../harness.ts";
import { dataFolder } from "../../paths.ts";
import { alertmanagerConfig, amtoolConfig } from "./alertmanager.ts";
import { blackboxConfig } from "./blackbox.ts";
import type { ConfigCorpus } from "./corpus.ts";
import { prometheusConfig, promtoolConfig } from "./prometheus.ts";
import { promtoolRules, rules } from "./rules.ts";
import { schemaProblems } from "./schema-problems.ts";

const corpora: readonly ConfigCorpus[] = [
  prometheusConfig,
  promtoolConfig,
  rules,
  promtoolRules,
  alertmanagerConfig,
  amtoolConfig,
  blackboxConfig,
];

/** Holds the readers of configuration files against upstream's. */
export const config: Suite = {
  name: "config",
  about: "upstream's good configuration files load and are valid by our schemas, its bad ones are refused by the field that upstream names",
  checks: () =>
    dataFolder === undefined
      ? [{ name: "upstream's files", run: () => skip("../shared/conformance is not there") }]
      : corpora.flatMap((corpus) => corpusChecks(corpus, join(dataFolder ?? "", corpus.folder))),
};

function corpusChecks(corpus: ConfigCorpus, folder: string): readonly Check[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.ya?ml$/.test(file));
  const judged = files.toSorted().filter((file) => corpus.isGood(file) !== undefined);
  const missing = Object.keys(corpus.mentions).filter((file) => !judged.includes(file));
  return [
    {
      name: `${corpus.folder}: ${judged.length} of ${files.length} files are configurations, and the table names no other`,
      run: () => expect(judged.length > 0 && missing.length === 0, `not among the files: ${missing.join(", ")}`),
    },
    ...judged.map((file) => ({
      name: `${corpus.folder}/${file} ${corpus.isGood(file) === true ? "loads" : "is refused"}`,
      run: async () => judge(corpus, folder, file),
    })),
  ];
}

async function judge({ isGood, mentions, schema, load }: ConfigCorpus, folder: string, file: string): Promise<void> {
  const path = join(folder, file);
  const mistakes = await load(path);
  const told = mistakes.join("\n");
  if (isGood(file) === true) {
    expect(mistakes.length === 0, told);
    const problems = schemaProblems(schema, path);
    return expect(problems.length === 0, problems.join("\n"));
  }
  expect(mistakes.length > 0, "it loads");
  expect(Object.hasOwn(mentions, file), `the table does not say what its mistakes must mention; they are:\n${told}`);
  expect(told.includes(mentions[file]), `it should mention ${mentions[file]}, and says:\n${told}`);
}
