import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { basicCredentials, bcryptCost, bcryptHashMistake } from "../../src/web-file/basic-auth.ts";

test.each([
  { header: undefined, want: undefined },
  { header: "Bearer abc", want: undefined },
  { header: `Basic ${btoa("joe")}`, want: undefined },
  { header: `Basic  ${btoa("joe:a")}`, want: undefined },
  { header: `Basic ${btoa("joe:a")}x`, want: undefined },
  { header: "Basic am9lOg", want: undefined },
  { header: `Basic ${btoa("joe:a:b")}`, want: { user: "joe", password: "a:b" } },
  { header: `basic ${btoa(":")}`, want: { user: "", password: "" } },
  { header: `Basic ${Buffer.from("jö:pä").toString("base64")}`, want: { user: "jö", password: "pä" } },
])("$header", ({ header, want }) => {
  expect(basicCredentials(header)).toEqual(want);
});

const rest = "QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
test.each([
  { hash: `$2y$10$${rest}`, cost: 10, mistake: undefined },
  { hash: `$2b$31$${rest}`, cost: 31, mistake: undefined },
  { hash: `$2y$03$${rest}`, cost: undefined, mistake: "crypto/bcrypt: cost 3 is outside allowed inclusive range 4..31" },
  { hash: `$2y$32$${rest}`, cost: undefined, mistake: "crypto/bcrypt: cost 32 is outside allowed inclusive range 4..31" },
  { hash: "$1$abc$def", cost: undefined, mistake: "crypto/bcrypt: hashedSecret too short to be a bcrypted password" },
  { hash: "", cost: undefined, mistake: "crypto/bcrypt: hashedSecret too short to be a bcrypted password" },
  { hash: "x".repeat(60), cost: undefined, mistake: "crypto/bcrypt: the password is not a bcrypt hash, as `htpasswd -B` makes it" },
])("$hash has the cost $cost", ({ hash, cost, mistake }) => {
  expect(bcryptCost(hash)).toBe(cost);
  expect(bcryptHashMistake(hash)).toBe(mistake);
});

test("what a client encodes is what is read, and any other header is none or has no colon in its name", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(
      text.filter((user) => !user.includes(":")),
      text,
      (user, password) => {
        const header = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
        expect(basicCredentials(header)).toEqual({ user, password });
      },
    ),
  );
  fc.assert(fc.property(fc.string(), (header) => !(basicCredentials(header)?.user ?? "").includes(":")));
});
