import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isHttpClientError } from "../../../src/index.ts";
import { readAssertionAnswer, readTokenAnswer, type TokenAnswer } from "../../../src/client/oauth2/token-answer.ts";

test.each([
  { name: "readTokenAnswer", read: readTokenAnswer },
  { name: "readAssertionAnswer", read: readAssertionAnswer },
])("$name: whatever an endpoint says is a token or an error of ours", ({ read }) => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        { access_token: fc.anything(), token_type: fc.anything(), expires_in: fc.anything(), error: fc.anything() },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? String(one) : one))),
  );
  const type = fc.constantFrom("application/json", "text/plain; charset=utf-8", "application/x-www-form-urlencoded", "");
  fc.assert(
    fc.property(body, type, fc.constantFrom(200, 201, 302, 400, 500), (text, contentType, status) => {
      const answer: TokenAnswer = { status, text, headers: new Map([["content-type", contentType]]) };
      try {
        const token = read(answer);
        expect(token.text).not.toBe("");
        expect(Number.isSafeInteger(token.lifetimeSeconds)).toBe(true);
      } catch (error) {
        expect(isHttpClientError(error)).toBe(true);
      }
    }),
  );
});
