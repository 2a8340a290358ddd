import { expect, test } from "@jest/globals";
import bcrypt from "bcryptjs";
import { bcryptCost } from "../../src/web-file/basic-auth.ts";
import { createPasswordCheck, type Admittance, type PasswordCheck } from "../../src/web-file/password-check.ts";

const users = new Map([
  ["joe", bcrypt.hashSync("secret", 4)],
  ["ann", bcrypt.hashSync("other", 4)],
]);

type Ask = (user: string, password: string, known?: ReadonlyMap<string, string>, owner?: string) => Promise<Admittance>;

const asking =
  (check: PasswordCheck): Ask =>
  (user, password, known = users, owner = "127.0.0.1") =>
    check.ask({ user, password }, known, owner);

function counting(): { readonly compared: string[]; readonly ask: Ask } {
  const compared: string[] = [];
  const check = createPasswordCheck((password, hash) => {
    compared.push(hash);
    return bcrypt.compare(password, hash);
  });
  return { compared, ask: asking(check) };
}

test.each([
  { why: "a right password", user: "joe", password: "secret", want: "allowed" },
  { why: "a wrong one", user: "joe", password: "other", want: "refused" },
  { why: "an unknown user's", user: "eve", password: "secret", want: "refused" },
])("$why is compared once: $want", async ({ user, password, want }) => {
  const { compared, ask } = counting();
  for (let i = 0; i < 3; i++) expect(await ask(user, password)).toBe(want);
  expect(compared).toHaveLength(1);
});

test("the same question at the same time is asked once", async () => {
  const { compared, ask } = counting();
  const verdicts = await Promise.all(Array.from({ length: 50 }, () => ask("joe", "secret")));
  expect(new Set(verdicts)).toEqual(new Set(["allowed"]));
  expect(compared).toHaveLength(1);
});

test("an unknown user costs as much as a known one: the same comparison at the same cost", async () => {
  const { compared, ask } = counting();
  expect(await ask("eve", "secret")).toBe("refused");
  expect(compared.map(bcryptCost)).toEqual([4]);
});

test.each([
  { costs: [4, 6], want: 6 },
  { costs: [6, 4], want: 6 },
  { costs: [], want: 10 },
])("an unknown user beside hashes of costs $costs is compared at $want: no known one takes longer", async ({ costs, want }) => {
  const compared: (number | undefined)[] = [];
  const ask = asking(createPasswordCheck((_password, hash) => Promise.resolve(compared.push(bcryptCost(hash)) < 0)));
  const known = new Map(costs.map((cost, i) => [`user ${i}`, bcrypt.hashSync("secret", cost)]));
  expect(await ask("eve", "secret", known)).toBe("refused");
  expect(compared).toEqual([want]);
});

test("a verdict is for this user, this password and this hash alone", async () => {
  const { ask } = counting();
  expect(await ask("joe", "secret")).toBe("allowed");
  expect(await ask("ann", "secret")).toBe("refused");
  expect(await ask("joe", "secret", new Map([["joe", bcrypt.hashSync("new", 4)]]))).toBe("refused");
  // CVE-2022-46146: parts that are only strung together can stand in for one another.
  expect(await ask("joe$2b", "secret")).toBe("refused");
});

test("a user who is refused is allowed as soon as the file knows him", async () => {
  const { ask } = counting();
  const joe = new Map([...users].filter(([user]) => user === "joe"));
  expect(await ask("ann", "other", joe)).toBe("refused");
  expect(await ask("ann", "other", users)).toBe("allowed");
});

test("any number of guesses keeps the verdicts of those who are allowed", async () => {
  const { compared, ask } = counting();
  await ask("joe", "secret");
  for (let i = 0; i < 150; i++) await ask("joe", `guess ${i}`);
  compared.length = 0;
  expect(await ask("joe", "secret")).toBe("allowed");
  expect(compared).toEqual([]);
  // The guesses themselves are not all kept.
  expect(await ask("joe", "guess 0")).toBe("refused");
  expect(compared).toHaveLength(1);
});

test("a flood of guesses from one address holds back nobody else's login, and is cut", async () => {
  const order: string[] = [];
  const ask = asking(
    createPasswordCheck(async (password) => {
      order.push(password);
      return password === "secret";
    }),
  );
  const flood = Array.from({ length: 100 }, (_, i) => ask("joe", `guess ${i}`, users, "192.0.2.1"));
  expect(await ask("joe", "secret", users, "192.0.2.2")).toBe("allowed");
  expect(order.indexOf("secret")).toBeLessThanOrEqual(3);
  const verdicts = await Promise.all(flood);
  expect(verdicts.filter((verdict) => verdict === "busy").length).toBeGreaterThan(50);
  expect(verdicts.filter((verdict) => verdict === "refused").length).toBeGreaterThanOrEqual(16);
});

test("a comparison that fails is told, and asked again the next time", async () => {
  let isBroken = true;
  const ask = asking(createPasswordCheck(() => (isBroken ? Promise.reject(new Error("out of memory")) : Promise.resolve(true))));
  await expect(ask("joe", "secret")).rejects.toThrow("out of memory");
  isBroken = false;
  expect(await ask("joe", "secret")).toBe("allowed");
});
