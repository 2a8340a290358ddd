import { afterEach, expect, test } from "@jest/globals";
import bcrypt from "bcryptjs";
import { createBcryptThread } from "../../src/web-file/bcrypt-thread.ts";
import { afterTest, cleanUp } from "../support.ts";

afterEach(cleanUp);

function thread(): ReturnType<typeof createBcryptThread> {
  const made = createBcryptThread();
  afterTest(made.close);
  return made;
}

test("passwords are compared, and the main thread goes on meanwhile", async () => {
  const { compare } = thread();
  const hash = bcrypt.hashSync("secret", 10);
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 1);
  afterTest(() => clearInterval(ticking));
  expect(await compare("secret", hash)).toBe(true);
  expect(await compare("other", hash)).toBe(false);
  expect(ticks).toBeGreaterThan(1);
});

test("hashes of htpasswd are known", async () => {
  // The password is "fakepassword".
  const hash = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
  expect(await thread().compare("fakepassword", hash)).toBe(true);
});

test("what can't be compared is told, and the next one is compared", async () => {
  const { compare } = thread();
  await expect(compare("secret", `$9b$04$${"x".repeat(53)}`)).rejects.toThrow("Invalid salt version");
  expect(await compare("secret", bcrypt.hashSync("secret", 4))).toBe(true);
});

test("a comparison whose thread ends is told, and the next one has a new thread", async () => {
  const { compare, close } = thread();
  const compared = compare("secret", bcrypt.hashSync("secret", 4).replace("$04$", "$14$"));
  const [told] = await Promise.all([compared.catch((error: Error) => error.message), close()]);
  expect(told).toBe("the thread that compares passwords has ended");
  expect(await compare("secret", bcrypt.hashSync("secret", 4))).toBe(true);
});
