import { describe, expect, test } from "@jest/globals";
import { parseTemplates } from "../src/index.ts";
import { htmlCases } from "./golden/html-cases.ts";
import { htmlContexts } from "./golden/html-contexts.ts";
import { textCases } from "./golden/text-cases.ts";
import { textDetails } from "./golden/text-details.ts";
import { type GoldenCase, goldenDot, goldenFuncs } from "./golden-data.ts";

function outcome(kind: "text" | "html", { text, missingKey }: GoldenCase): { want?: string; error?: string } {
  const set = parseTemplates({ kind, funcs: goldenFuncs, ...(missingKey && { missingKey }) });
  try {
    set.parse("t", text);
    return { want: set.execute("t", goldenDot) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

describe.each([
  { kind: "text" as const, cases: [...textCases, ...textDetails] },
  { kind: "html" as const, cases: [...htmlCases, ...htmlContexts] },
])("$kind templates give Go's output and Go's errors", ({ kind, cases }) => {
  test.each(cases)("$text", (row) => {
    const { want, error } = row;
    expect(outcome(kind, row)).toEqual(error === undefined ? { want } : { error });
  });
});
