import { expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { expandTemplate, type VectorElement } from "../src/index.ts";

const data = {
  labels: labelsOf({ instance: "a:80", job: "shop" }),
  value: 0.25,
  externalLabels: labelsOf({ region: "eu" }),
  externalUrl: "http://127.0.0.1:9090",
};

async function expand(text: string, answer: readonly VectorElement[] = []): Promise<{ text: string; errors: readonly string[] }> {
  const errors: string[] = [];
  const expanded = await expandTemplate(
    text,
    data,
    async () => answer,
    (error) => errors.push(error.message),
  );
  return { text: expanded, errors };
}

test.each([
  ["plain", "plain"],
  ["{{ $labels.instance }} of {{ .Labels.job }}", "a:80 of shop"],
  ["{{ $value | humanizePercentage }}", "25%"],
  ["{{ $externalLabels.region }} {{ $externalURL }}", "eu http://127.0.0.1:9090"],
  ["[{{ $labels.missing }}]", "[]"],
  ["{{ humanizeDuration 3661 }}", "1h 1m 1s"],
])("%s becomes %s", async (template, expected) => {
  expect(await expand(template)).toEqual({ text: expected, errors: [] });
});

test("a template may query", async () => {
  const answer = [{ labels: labelsOf({ job: "shop" }), value: 3 }] as unknown as readonly VectorElement[];
  const { text, errors } = await expand("{{ range query `up` }}{{ .Labels.job }}={{ .Value }}{{ end }}", answer);
  expect({ text, errors }).toEqual({ text: "shop=3", errors: [] });
});

test("a template that fails gives a text that says so", async () => {
  const { text, errors } = await expand("{{ $nothing }}");
  expect(text).toContain("error");
  expect(errors).toHaveLength(1);
});
