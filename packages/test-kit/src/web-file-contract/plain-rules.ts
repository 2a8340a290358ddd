import { beforeAll, describe, expect, test } from "@jest/globals";
import { serveProgram, type ServedProgram, type WebFileProgram } from "./fixture.ts";
import { ask, statusOf } from "./talk.ts";
import { ANN, JOE } from "./users.ts";

/** Users, headers and the rate limit, without TLS. The program is started once: its file is what changes. */
export function plainRules(program: WebFileProgram): void {
  describe("without TLS", () => {
    let served: ServedProgram;
    beforeAll(async () => {
      served = await serveProgram(program, "");
    });
    const status = async (login?: string): Promise<number | "refused"> => statusOf(await ask(served, login === undefined ? {} : { login }));

    test("an empty file asks for nothing, and it is logged that TLS is off", async () => {
      served.write("");
      expect(await status()).toBe(200);
      expect(await served.process.waitForLine("TLS is disabled.")).toContain("http2=false");
    });

    test.each([
      { why: "no credentials", login: undefined, want: 401 },
      { why: "the right password", login: "joe:secret", want: 200 },
      { why: "a wrong password", login: "joe:wrong", want: 401 },
      { why: "no password", login: "joe:", want: 401 },
      { why: "an unknown user", login: "eve:secret", want: 401 },
      { why: "somebody else's password", login: "joe:changed", want: 401 },
    ])("$why: $want, also when it is asked again", async ({ login, want }) => {
      served.write(`basic_auth_users: {joe: ${JOE}, ann: ${ANN}}`);
      for (let i = 0; i < 2; i++) {
        const answer = await ask(served, login === undefined ? {} : { login });
        expect(statusOf(answer)).toBe(want);
        if (answer !== "refused" && want === 401) {
          expect(answer.headers["www-authenticate"]).toBe("Basic");
          expect(answer.text).toBe("Unauthorized\n");
        }
      }
    });

    test("users change while it serves", async () => {
      served.write(`basic_auth_users: {joe: ${JOE}}`);
      expect([await status("joe:secret"), await status("ann:changed")]).toEqual([200, 401]);
      served.write(`basic_auth_users: {ann: ${ANN}}`);
      expect([await status("joe:secret"), await status("ann:changed")]).toEqual([401, 200]);
      served.write(`basic_auth_users: {joe: ${ANN}}`);
      expect([await status("joe:secret"), await status("joe:changed")]).toEqual([401, 200]);
    });

    test("a mistake in the file leaves the users that there were", async () => {
      served.write(`basic_auth_users: {joe: ${JOE}}`);
      expect(await status("joe:secret")).toBe(200);
      served.write("basic_auth_users: {joe: secret}");
      expect([await status(), await status("joe:secret")]).toEqual([401, 200]);
      await served.process.waitForLine("Unable to reload the web configuration");
    });

    test("headers are on every answer, refusals included", async () => {
      served.write(`{http_server_config: {headers: {X-Frame-Options: deny}}, basic_auth_users: {joe: ${JOE}}}`);
      for (const login of ["joe:secret", "joe:wrong"]) {
        expect(await ask(served, { login })).toMatchObject({ headers: { "x-frame-options": "deny" } });
      }
    });

    test("beyond the rate limit it is 429, before anybody is asked for a password", async () => {
      served.write(`{rate_limit: {interval: 1h, burst: 2}, basic_auth_users: {joe: ${JOE}}}`);
      expect([await status("joe:secret"), await status(), await status("joe:secret")]).toEqual([200, 401, 429]);
      expect(await ask(served)).toMatchObject({ status: 429, text: "Too Many Requests\n" });
      served.write("");
      expect(await status()).toBe(200);
    });
  });
}
