import { expect, test } from "@jest/globals";
import { isNameAllowed } from "../../src/web-file/client-certificate.ts";

test.each([
  { names: "DNS:a.example, DNS:b.example", allowed: ["b.example"], want: true },
  { names: "IP Address:10.0.0.1", allowed: ["10.0.0.1"], want: true },
  { names: "email:joe@a.example, URI:spiffe://a/b", allowed: ["spiffe://a/b"], want: true },
  { names: "DNS:a.example", allowed: ["example", "A.EXAMPLE"], want: false },
  { names: undefined, allowed: ["a"], want: false },
  { names: "DNS:a", allowed: [], want: false },
  { names: "IP Address:2001:DB8:0:0:0:0:0:1", allowed: ["2001:db8::1"], want: true },
  { names: "IP Address:0:0:0:0:0:FFFF:A00:1", allowed: ["10.0.0.1"], want: true },
  { names: "IP Address:2001:DB8:0:0:0:0:0:1", allowed: ["2001:DB8:0:0:0:0:0:1"], want: false },
  { names: "othername:<unsupported>, DNS:a", allowed: ["a"], want: true },
  { names: 'DNS:"x, DNS:good.example, y"', allowed: ["good.example"], want: false },
  { names: 'DNS:"x\\", DNS:good.example, DNS:\\"y"', allowed: ["good.example"], want: false },
  { names: 'DNS:"a,b"', allowed: ["a,b"], want: true },
])("$names against $allowed: $want", ({ names, allowed, want }) => {
  expect(isNameAllowed(names, allowed)).toBe(want);
});
