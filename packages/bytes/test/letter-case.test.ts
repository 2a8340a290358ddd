import { expect, test } from "@jest/globals";
import { lowerCase, upperCase } from "../src/letter-case.ts";

test.each([
  { text: "Shop-1", lower: "shop-1", upper: "SHOP-1", why: "ASCII" },
  { text: "ÀÉ", lower: "àé", upper: "ÀÉ", why: "accents" },
  { text: "ß", lower: "ß", upper: "ß", why: "a letter whose capital would be two stays" },
  { text: "ŉΐﬁ", lower: "ŉΐﬁ", upper: "ŉΐﬁ", why: "so do others" },
  { text: "İI", lower: "ii", upper: "İI", why: "a capital whose small letter would be two gets one" },
  { text: "ΟΔΟΣ", lower: "οδοσ", upper: "ΟΔΟΣ", why: "a sigma at the end is a sigma" },
  { text: "ᾀᾷᾳῃῳ", lower: "ᾀᾷᾳῃῳ", upper: "ᾈᾷᾼῌῼ", why: "a letter with an iota below has its capital, if Unicode has one" },
  { text: "\u{10428}", lower: "\u{10428}", upper: "\u{10400}", why: "letters past U+FFFF" },
])("$why: $text", ({ text, lower, upper }) => {
  expect(lowerCase(text)).toBe(lower);
  expect(upperCase(text)).toBe(upper);
});
