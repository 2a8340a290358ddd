import { isIP } from "node:net";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readNoProxy } from "../../../src/client/proxy/no-proxy.ts";

test.each([
  { list: "", host: "localhost", direct: true, why: "this machine is never behind a proxy" },
  { list: "", host: "127.8.9.1", direct: true, why: "nor is any of its addresses" },
  { list: "", host: "::1", direct: true, why: "nor that of IPv6" },
  { list: "", host: "::ffff:127.0.0.1", direct: true, why: "nor one of IPv4 in a mapped form" },
  { list: "", host: "example.com", direct: false, why: "an empty list holds nothing" },
  { list: "*", host: "example.com", direct: true, why: "an asterisk is all" },
  { list: "a, * ,b", host: "10.0.0.1", direct: true, why: "an asterisk counts wherever it stands" },
  { list: "foo.com", host: "foo.com", direct: true, why: "a name is itself" },
  { list: "foo.com", host: "bar.foo.com", direct: true, why: "and all below it" },
  { list: "foo.com", host: "barfoo.com", direct: false, why: "but not one that ends alike" },
  { list: ".foo.com", host: "bar.foo.com", direct: true, why: "a leading dot is what is below" },
  { list: ".foo.com", host: "foo.com", direct: false, why: "but not the name itself" },
  { list: "*.foo.com", host: "bar.foo.com", direct: true, why: "as a leading asterisk and dot" },
  { list: "*.foo.com", host: "foo.com", direct: false, why: "neither with the name itself" },
  { list: "FOO.com", host: "Bar.foo.COM", direct: true, why: "case doesn't matter" },
  { list: "foo.com:8080", host: "foo.com", port: "8080", direct: true, why: "a port must be the same" },
  { list: "foo.com:8080", host: "foo.com", direct: false, why: "and another is another" },
  { list: "ünder.example", host: "xn--nder-zra.example", direct: true, why: "names are compared in ASCII" },
  { list: "10.0.0.1", host: "10.0.0.1", direct: true, why: "an address is itself" },
  { list: "10.0.0.1", host: "110.0.0.1", direct: false, why: "and no other" },
  { list: "10.0.0.1:80", host: "10.0.0.1", port: "443", direct: false, why: "an address may have a port" },
  { list: "10.0.0.0/8", host: "10.200.3.4", direct: true, why: "a range holds its addresses" },
  { list: "10.0.0.0/8", host: "11.0.0.1", direct: false, why: "and no others" },
  { list: "10.0.0.0/33", host: "10.0.0.1", direct: false, why: "a range that is none is passed over" },
  { list: "2001:db8::/32", host: "2001:db8:1::2", direct: true, why: "ranges of IPv6, too" },
  { list: "2001:db8::1", host: "2001:db8:0:0::1", direct: true, why: "an address may be spelt in several ways" },
  { list: "[2001:db8::1]:443", host: "2001:db8::1", port: "443", direct: true, why: "with a port it stands in brackets" },
  { list: "10.0.0.1", host: "x10.0.0.1.example", direct: false, why: "an address is no name" },
  { list: ":80, ,[:", host: "foo.com", direct: false, why: "what makes no sense is passed over" },
])("$why ($list, $host)", ({ list, host, port = "80", direct }) => {
  expect(readNoProxy(list)(host, port)).toBe(direct);
});

test("any text is a list, and an address in it goes directly", () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), fc.string({ unit: fc.constantFrom(..."abc.:*[]/0123,") }), (text, address, odd) => {
      const list = readNoProxy(`${text.replaceAll(",", "")},${odd},${address}`);
      expect(isIP(address)).toBe(4);
      expect(list(address, "80")).toBe(true);
    }),
  );
});
