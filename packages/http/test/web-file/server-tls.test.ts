import { expect, test } from "@jest/globals";
import { isNameAllowed } from "../../src/web-file/server-tls.ts";

test.each([
  { names: "DNS:a.example, DNS:b.example", allowed: ["b.example"], want: true },
  { names: "IP Address:10.0.0.1", allowed: ["10.0.0.1"], want: true },
  { names: "email:joe@a.example, URI:spiffe://a/b", allowed: ["spiffe://a/b"], want: true },
  { names: "DNS:a.example", allowed: ["example", "A.EXAMPLE"], want: false },
  { names: undefined, allowed: ["a"], want: false },
  { names: undefined, allowed: [], want: true },
  { names: "othername:<unsupported>, DNS:a", allowed: ["a"], want: true },
  { names: 'DNS:"x, DNS:good.example, y"', allowed: ["good.example"], want: false },
  { names: 'DNS:"x\\", DNS:good.example, DNS:\\"y"', allowed: ["good.example"], want: false },
  { names: 'DNS:"a,b"', allowed: ["a,b"], want: true },
])("$names against $allowed: $want", ({ names, allowed, want }) => {
  expect(isNameAllowed(names, allowed)).toBe(want);
});
