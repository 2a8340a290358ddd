import { expect, test } from "@jest/globals";
import { withPorts } from "../src/config-files.ts";

const defaults = [
  { flag: "prometheus", port: 9090 },
  { flag: "shop", port: 8080 },
];

test.each([
  { why: "default ports leave the file as it is", chosen: defaults, text: "a 127.0.0.1:9090 b", want: "a 127.0.0.1:9090 b" },
  {
    why: "a chosen port replaces the default one",
    chosen: [{ flag: "shop", port: 80 }],
    text: "http://127.0.0.1:8080/x",
    want: "http://127.0.0.1:80/x",
  },
  { why: "an address that isn't the stack's stays", chosen: [{ flag: "shop", port: 80 }], text: "127.0.0.1:5432", want: "127.0.0.1:5432" },
  {
    why: "two ports can be exchanged",
    chosen: [
      { flag: "prometheus", port: 8080 },
      { flag: "shop", port: 9090 },
    ],
    text: "127.0.0.1:9090 127.0.0.1:8080",
    want: "127.0.0.1:8080 127.0.0.1:9090",
  },
])("$why", ({ chosen, text, want }) => {
  expect(withPorts(text, defaults, chosen)).toBe(want);
});
