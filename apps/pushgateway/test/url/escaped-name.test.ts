import { expect, test } from "@jest/globals";
import { unescapeName } from "../../src/url/escaped-name.ts";

test.each([
  { name: "plain_2e_name", want: "plain_2e_name", why: "without the prefix nothing is an escape" },
  { name: "U__a_2e_b", want: "a.b", why: "a code" },
  { name: "U__a__b", want: "a_b", why: "an underscore" },
  { name: "U___1F600_", want: "😀", why: "a code above 16 bits" },
  { name: "U__a_zz_", want: "U__a_zz_", why: "no code" },
  { name: "U__a_", want: "U__a_", why: "an escape that does not end" },
  { name: "U___d800_", want: "U___d800_", why: "half a surrogate pair" },
  { name: "U___110000_", want: "U___110000_", why: "beyond Unicode" },
  { name: "U__", want: "", why: "the prefix alone" },
])("$why: $name", ({ name, want }) => {
  expect(unescapeName(name)).toBe(want);
});
