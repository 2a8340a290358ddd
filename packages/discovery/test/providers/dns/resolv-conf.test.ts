import { expect, test } from "@jest/globals";
import { parseResolvConf, searchNames } from "../../../src/providers/dns/resolv-conf.ts";

const NOTHING = { servers: [], search: [], ndots: 1 };

test.each([
  { why: "an empty file says nothing", text: "", want: NOTHING },
  {
    why: "servers are asked in their order",
    text: "nameserver 10.0.0.1 ignored\n\tnameserver  fd00::1\r\n",
    want: { ...NOTHING, servers: ["10.0.0.1", "fd00::1"] },
  },
  { why: "comments and what is unknown are left out", text: "# nameserver 1\n; x\nsortlist 1.2.3.4\nnameserver\n", want: NOTHING },
  { why: "the last search holds", text: "search a b\nsearch c d\n", want: { ...NOTHING, search: ["c", "d"] } },
  { why: "a domain is a search for one", text: "search a b\ndomain c d\n", want: { ...NOTHING, search: ["c"] } },
  { why: "an empty search takes the former back", text: "domain a\nsearch\n", want: NOTHING },
  { why: "ndots is an option among others", text: "options rotate ndots:5 timeout:1\n", want: { ...NOTHING, ndots: 5 } },
  { why: "ndots has a limit", text: "options ndots:99\n", want: { ...NOTHING, ndots: 15 } },
  { why: "ndots is not negative", text: "options ndots:-1\n", want: { ...NOTHING, ndots: 0 } },
  { why: "ndots that is no number is 0", text: "options ndots:two\n", want: { ...NOTHING, ndots: 0 } },
])("$why", ({ text, want }) => {
  expect(parseResolvConf(text)).toEqual(want);
});

test.each([
  { why: "a rooted name stands alone", name: "a.b.", ndots: 1, want: ["a.b."] },
  { why: "a name with few labels comes last", name: "a", ndots: 1, want: ["a.x.", "a.y.", "a."] },
  { why: "a name with many labels comes first", name: "a.b", ndots: 1, want: ["a.b.", "a.b.x.", "a.b.y."] },
  { why: "ndots says how many are many", name: "a.b", ndots: 5, want: ["a.b.x.", "a.b.y.", "a.b."] },
  {
    why: "a dot that is escaped makes no label",
    name: String.raw`a\.b`,
    ndots: 1,
    want: [String.raw`a\.b.x.`, String.raw`a\.b.y.`, String.raw`a\.b.`],
  },
  {
    why: "a dot that is escaped at the end roots no name",
    name: String.raw`a\.`,
    ndots: 0,
    want: [String.raw`a\..`, String.raw`a\..x.`, String.raw`a\..y.`],
  },
])("names to ask for: $why", ({ name, ndots, want }) => {
  expect(searchNames(name, { servers: [], search: ["x", "y."], ndots })).toEqual(want);
});
