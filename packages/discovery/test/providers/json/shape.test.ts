import { expect, test } from "@jest/globals";
import {
  cidrAddress,
  entries,
  flag,
  integer,
  ipAddress,
  list,
  optional,
  record,
  text,
  wholeNumber,
  type Read,
} from "../../../src/providers/json/shape.ts";

const port = integer(0, 65_535);
const inner = record({ Name: text, Ports: list(port) });

test.each<{ readonly read: Read<unknown>; readonly value: unknown; readonly want: unknown }>([
  { read: text, value: null, want: "" },
  { read: flag, value: undefined, want: false },
  { read: flag, value: true, want: true },
  { read: port, value: null, want: 0 },
  { read: wholeNumber, value: undefined, want: 0 },
  { read: wholeNumber, value: -7, want: -7 },
  { read: list(text), value: null, want: [] },
  { read: optional(inner), value: null, want: undefined },
  { read: inner, value: null, want: { Name: "", Ports: [] } },
  { read: inner, value: { Name: "a", Ports: [1, null], More: 1 }, want: { Name: "a", Ports: [1, 0] } },
  {
    read: entries(text),
    value: JSON.parse('{"__proto__":"a","b":null}'),
    want: [
      ["__proto__", "a"],
      ["b", ""],
    ],
  },
  { read: ipAddress, value: "", want: "" },
  { read: ipAddress, value: "10.0.0.1", want: "10.0.0.1" },
  { read: ipAddress, value: "2001:0DB8::0001", want: "2001:db8::1" },
  { read: ipAddress, value: "FE80::1%eth0", want: "fe80::1%eth0" },
  { read: ipAddress, value: "::ffff:10.0.0.1", want: "::ffff:10.0.0.1" },
  { read: cidrAddress, value: "", want: "" },
  { read: cidrAddress, value: "10.0.0.7/24", want: "10.0.0.7" },
  { read: cidrAddress, value: "fd00:0::7/128", want: "fd00::7" },
  { read: cidrAddress, value: "::ffff:10.0.0.1/120", want: "10.0.0.1" },
])("$value is read as $want", ({ read, value, want }) => {
  expect(read(value, "here")).toEqual(want);
});

test.each<{ readonly read: Read<unknown>; readonly value: unknown; readonly want: string }>([
  { read: text, value: 1, want: "here must be a string, not 1" },
  { read: flag, value: "true", want: 'here must be true or false, not "true"' },
  { read: port, value: 65_536, want: "here must be a whole number from 0 to 65535, not 65536" },
  { read: port, value: 1.5, want: "here must be a whole number from 0 to 65535, not 1.5" },
  { read: list(text), value: {}, want: "here must be a list, not an object" },
  { read: list(inner), value: [null, { Ports: [1, "2"] }], want: 'here[1].Ports[1] must be a whole number from 0 to 65535, not "2"' },
  { read: entries(text), value: { "a.b": [] }, want: 'here["a.b"] must be a string, not a list' },
  { read: inner, value: [], want: "here must be an object, not a list" },
  { read: flag, value: "x".repeat(100), want: `here must be true or false, not "${"x".repeat(63)}…` },
  { read: wholeNumber, value: 0.5, want: "here must be a whole number, not 0.5" },
  { read: ipAddress, value: "10.0.0", want: 'here must be an IP address, not "10.0.0"' },
  { read: ipAddress, value: "010.0.0.1", want: 'here must be an IP address, not "010.0.0.1"' },
  ...["10.0.0.1", "10.0.0.1/33", "10.0.0.1/08", "fd00::1/129", "fe80::1%eth0/64", "/24", "a/24"].map((value) => ({
    read: cidrAddress,
    value,
    want: `here must be an address with the length of its prefix, not "${value}"`,
  })),
])("$want", ({ read, value, want }) => {
  expect(() => read(value, "here")).toThrow(want);
});
