import { expect, test } from "@jest/globals";
import { addressFamily, addressHash, isDomainName, plainAddress } from "../../src/probers/address.ts";

test.each([
  { text: "127.0.0.1", family: 4, plain: "127.0.0.1", hash: 3_668_918_509 },
  { text: "::ffff:127.0.0.1", family: 4, plain: "127.0.0.1", hash: 3_668_918_509 },
  { text: "::ffff:7f00:1", family: 4, plain: "127.0.0.1", hash: 3_668_918_509 },
  { text: "::1", family: 6, plain: "::1", hash: 1_751_717_746 },
  { text: "fe80::1%lo", family: 6, plain: "fe80::1%lo", hash: undefined },
])("$text is of family $family", ({ text, family, plain, hash }) => {
  expect(addressFamily(text)).toBe(family);
  expect(plainAddress(text)).toBe(plain);
  if (hash !== undefined) expect(addressHash(plain)).toBe(hash);
});

test.each(["0x7f000001", "127.1", "2130706433", "127.0.0.01", "0x7f.1", ""])("%j is no address", (text) => {
  expect(addressFamily(text)).toBe(0);
});

test.each([
  { name: "localhost", want: true },
  { name: "a.example.", want: true },
  { name: "_service.a-1", want: true },
  { name: "1a.2", want: true },
  { name: "0x7f000001", want: false },
  { name: "127.1", want: false },
  { name: "2130706433", want: false },
  { name: "0x7f.1", want: false },
  { name: "büro", want: false },
  { name: "a b", want: false },
  { name: "a..b", want: false },
  { name: "-a", want: false },
  { name: "a".repeat(64), want: false },
  { name: "", want: false },
])("$name is a name to look up: $want", ({ name, want }) => {
  expect(isDomainName(name)).toBe(want);
});
