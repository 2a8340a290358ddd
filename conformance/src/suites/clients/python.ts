import { spawnSync } from "node:child_process";
import { expect, skip, type Check } from "../../harness.ts";
import { withServed } from "./served.ts";

/** Debian's own: another on the PATH does not see what Debian's packages install. */
const PYTHON = "/usr/bin/python3";
const PARSE = `import sys
from prometheus_client.parser import text_string_to_metric_families
for family in text_string_to_metric_families(sys.stdin.read()):
    for sample in family.samples:
        print(family.type, sample.name)
`;

/** Gives `type name` of each sample that the parser of python3-prometheus-client reads. */
function parse(text: string): readonly string[] {
  if (spawnSync(PYTHON, ["-c", "import prometheus_client"]).status !== 0) skip("python3-prometheus-client is not installed");
  const { status, stdout, stderr } = spawnSync(PYTHON, ["-c", PARSE], { input: text, encoding: "utf8" });
  expect(status === 0, `the parser says: ${stderr}`);
  return stdout.trim().split("\n");
}

function samplesOf(text: string): number {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
}

/** The text parser of python3-prometheus-client. */
export const pythonChecks: readonly Check[] = [
  {
    name: "python3-prometheus-client reads every sample of /metrics",
    run: () =>
      withServed(async ({ url }) => {
        const text = await (await fetch(`${url}/metrics`)).text();
        const samples = parse(text);
        expect(samples.length === samplesOf(text), `${samples.length} of ${samplesOf(text)} samples`);
        expect(samples.includes("gauge prometheus_build_info"), "prometheus_build_info is no gauge");
      }),
  },
  {
    name: "python3-prometheus-client reads every sample of /federate",
    run: () =>
      withServed(async ({ url }) => {
        const response = await fetch(`${url}/federate?${new URLSearchParams({ "match[]": '{__name__=~"up|answer"}' })}`);
        if (response.status === 404) skip("there is no /federate");
        const text = await response.text();
        const samples = parse(text);
        expect(samples.length === samplesOf(text) && samples.length === 2, `${samples.length} samples of:\n${text}`);
        expect(text.includes('site="here"'), "external labels are missing");
      }),
  },
];
