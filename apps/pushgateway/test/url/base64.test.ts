import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeUrlBase64 } from "../../src/url/base64.ts";

test.each([
  { text: "", want: "", why: "nothing" },
  { text: "=", want: "", why: "padding alone, where a path can't hold nothing" },
  { text: "YQ", want: "a", why: "no padding" },
  { text: "YQ====", want: "a", why: "any padding" },
  { text: "w7w_", want: "ü?", why: "the URL-safe alphabet" },
  { text: "77u_YQ", want: "\ufeffa", why: "a byte order mark, which is part of the text" },
])("decodes $why", ({ text, want }) => {
  expect(decodeUrlBase64(text)).toBe(want);
});

describe("refuses", () => {
  test.each([
    { text: "a+b", message: "illegal base64 data at input byte 1", why: "the other alphabet" },
    { text: "ü*", message: "illegal base64 data at input byte 0", why: "what is no letter" },
    { text: "abcde", message: "illegal base64 data at input byte 4", why: "a lone letter at the end" },
    { text: "_w", message: "the decoded bytes are not UTF-8", why: "a byte that no text has" },
    { text: "w7", message: "the decoded bytes are not UTF-8", why: "half a character" },
    { text: "7aCA", message: "the decoded bytes are not UTF-8", why: "a surrogate" },
  ])("$why", ({ text, message }) => {
    expect(() => decodeUrlBase64(text)).toThrow(expect.objectContaining({ name: "Base64Error", message }));
  });
});

test("every text comes back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(decodeUrlBase64(Buffer.from(text).toString("base64url"))).toBe(text);
    }),
  );
});
