import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkLabelSelector } from "../../../src/sections/kubernetes/label-selector.ts";

test.each([
  "",
  " ",
  "a",
  "!a",
  "a=b",
  "a==b",
  "a!=b",
  "a>1",
  "a<1",
  "a in (b)",
  "a in (b, c),d notin (e)",
  "a in ()",
  "a in (,)",
  "a in (,b)",
  "a in (b,,c)",
  "a=",
  "a=,b",
  "a==",
  "in",
  "in in (in)",
  "notin=in",
  "a=in",
  "ex.org/a=b",
  "a notin(b)",
  "\ta\n=\rb",
])("%j is a selector of labels", (text) => {
  expect(() => checkLabelSelector(text)).not.toThrow();
});

test.each([
  {
    text: "a>x",
    want: `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
  },
  {
    text: "a>9223372036854775808",
    want: `unable to parse requirement: values[0]: Invalid value: "9223372036854775808": for 'Gt', 'Lt' operators, the value must be an integer`,
  },
  { text: "a in b", want: "unable to parse requirement: found 'b' expected: '('" },
  { text: "a in (b", want: "unable to parse requirement: found '', expected: ',' or ')'" },
  { text: "a in (b,", want: "unable to parse requirement: found '', expected: ',', or identifier" },
  { text: "a in (b c)", want: "unable to parse requirement: found 'c', expected: ',' or ')'" },
  { text: "a in (=)", want: "unable to parse requirement: found '=', expected: ',', ')' or identifier" },
  { text: "a in (b=)", want: "unable to parse requirement: found '=', expected: ',' or ')'" },
  { text: "a,", want: "found '', expected: identifier after ','" },
  { text: ",a", want: "found ',', expected: !, identifier, or 'end of string'" },
  { text: "a,,b", want: "found ',', expected: identifier after ','" },
  { text: "a b", want: "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt" },
  { text: "a=b c", want: "found 'c', expected: ',' or 'end of string'" },
  { text: "!", want: "unable to parse requirement: found '', expected: identifier" },
  { text: "!=", want: "found '!=', expected: !, identifier, or 'end of string'" },
  { text: "!a=b", want: "found '=', expected: ',' or 'end of string'" },
  { text: "a=(", want: "unable to parse requirement: found '(', expected: identifier" },
  { text: "=b", want: "found '=', expected: !, identifier, or 'end of string'" },
  {
    text: "a~b",
    want: `unable to parse requirement: <nil>: Invalid value: "a~b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
  },
  {
    text: "a/b/c=d",
    want: `unable to parse requirement: <nil>: Invalid value: "a/b/c": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
  },
  { text: "/a", want: 'unable to parse requirement: <nil>: Invalid value: "/a": prefix part must be non-empty' },
  {
    text: "a/",
    want: `unable to parse requirement: <nil>: Invalid value: "a/": name part must be non-empty; name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
  },
  {
    text: "Ex.org/a",
    want: `unable to parse requirement: <nil>: Invalid value: "Ex.org/a": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
  },
  {
    text: "-a",
    want: `unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
  },
  {
    text: "a=-b",
    want: `unable to parse requirement: values[0][a]: Invalid value: "-b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
  },
  { text: "a=b c,d", want: "found 'c', expected: ',' or 'end of string'" },
  { text: "a in (b)c", want: "found 'c', expected: ',' or 'end of string'" },
  { text: "a!b", want: "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt" },
  { text: "a>=1", want: "unable to parse requirement: found '=', expected: identifier" },
  { text: "(a)", want: "found '(', expected: !, identifier, or 'end of string'" },
  { text: "a=b!", want: "found '!', expected: ',' or 'end of string'" },
  { text: "!!a", want: "unable to parse requirement: found '!', expected: identifier" },
  { text: "a in (b),", want: "found '', expected: identifier after ','" },
  { text: "a in ((b)", want: "unable to parse requirement: found '(', expected: ',', ')' or identifier" },
  { text: "a in )", want: "unable to parse requirement: found ')' expected: '('" },
])("$text is none", ({ text, want }) => {
  expect(() => checkLabelSelector(text)).toThrow(want);
});

test.each([
  { what: "a name", text: "a".repeat(64), want: "name part must be no more than 63 bytes" },
  { what: "a value", text: `a=${"b".repeat(64)}`, want: "must be no more than 63 bytes" },
  { what: "a domain", text: `${"x.".repeat(130)}x/a`, want: "prefix part must be no more than 253 bytes" },
])("$what may be too long", ({ text, want }) => {
  expect(() => checkLabelSelector(text)).toThrow(want);
});

const name = fc.stringMatching(/^[a-zA-Z0-9](?:[-a-z0-9_.]{0,20}[a-zA-Z0-9])?$/);
const space = fc.constantFrom(" ", "  ", "\t", "\n");
const requirement = fc.oneof(
  name,
  name.map((key) => `!${key}`),
  fc.tuple(name, fc.constantFrom("=", "==", "!="), name).map((parts) => parts.join("")),
  fc
    .tuple(name, fc.constantFrom("in", "notin"), fc.array(name), space)
    .map(([key, word, set, gap]) => `${key} ${word} (${set.join(`,${gap}`)})`),
);

test("requirements make a selector, however many", () => {
  fc.assert(fc.property(fc.array(requirement), (requirements) => checkLabelSelector(requirements.join(","))));
});

test("any text is a selector or is refused with a reason", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."a/=!<>(), in") }), (text) => {
      try {
        checkLabelSelector(text);
      } catch (error) {
        expect((error as Error).message).toMatch(/expected|Invalid value/);
      }
    }),
  );
});
