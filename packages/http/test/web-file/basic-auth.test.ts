import { expect, test } from "@jest/globals";
import bcrypt from "bcryptjs";
import { basicCredentials, createPasswordCheck, isBcryptHash } from "../../src/web-file/basic-auth.ts";

const users = new Map([
  ["joe", bcrypt.hashSync("secret", 4)],
  ["ann", bcrypt.hashSync("other", 4)],
]);

function counting(): { readonly asked: string[]; readonly check: ReturnType<typeof createPasswordCheck> } {
  const asked: string[] = [];
  const check = createPasswordCheck((password, hash) => {
    asked.push(hash);
    return bcrypt.compare(password, hash);
  });
  return { asked, check };
}

test("a right password is compared once", async () => {
  const { asked, check } = counting();
  for (let i = 0; i < 3; i++) expect(await check.isAllowed("joe", "secret", users)).toBe(true);
  expect(asked).toHaveLength(1);
});

test("a wrong one each time", async () => {
  const { asked, check } = counting();
  for (let i = 0; i < 3; i++) expect(await check.isAllowed("joe", "other", users)).toBe(false);
  expect(asked).toHaveLength(3);
});

test("the same question at the same time is asked once", async () => {
  const { asked, check } = counting();
  const verdicts = await Promise.all(Array.from({ length: 5 }, () => check.isAllowed("joe", "secret", users)));
  expect(verdicts).toEqual([true, true, true, true, true]);
  expect(asked).toHaveLength(1);
});

test("an unknown user costs as much as a known one: the same comparison at the same cost", async () => {
  const { asked, check } = counting();
  expect(await check.isAllowed("eve", "secret", users)).toBe(false);
  expect(asked).toHaveLength(1);
  expect(isBcryptHash(asked[0])).toBe(true);
  expect(bcrypt.getRounds(asked[0])).toBe(4);
});

test("a verdict is for this user, this password and this hash alone", async () => {
  const { check } = counting();
  expect(await check.isAllowed("joe", "secret", users)).toBe(true);
  expect(await check.isAllowed("ann", "secret", users)).toBe(false);
  expect(await check.isAllowed("joe", "secret", new Map([["joe", bcrypt.hashSync("new", 4)]]))).toBe(false);
  // CVE-2022-46146: parts that are only strung together can stand in for one another.
  expect(await check.isAllowed("joe$2b", "secret", users)).toBe(false);
});

test.each([
  { header: undefined, want: undefined },
  { header: "Bearer abc", want: undefined },
  { header: `Basic ${btoa("joe")}`, want: undefined },
  { header: `Basic ${btoa("joe:a:b")}`, want: { user: "joe", password: "a:b" } },
  { header: `basic ${btoa(":")}`, want: { user: "", password: "" } },
  { header: `Basic ${Buffer.from("jö:pä").toString("base64")}`, want: { user: "jö", password: "pä" } },
])("$header", ({ header, want }) => {
  expect(basicCredentials(header)).toEqual(want);
});

test.each([
  { hash: "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi", want: true },
  { hash: "$2y$03$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi", want: false },
  { hash: "$1$abc$def", want: false },
  { hash: "", want: false },
])("$hash is a bcrypt hash: $want", ({ hash, want }) => {
  expect(isBcryptHash(hash)).toBe(want);
});
