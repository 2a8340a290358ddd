import { expect, test } from "@jest/globals";
import { titleCase } from "../src/index.ts";

// What golang.org/x/text/cases.Title makes of it for American English, without and with NoLower.
test.each([
  { why: "words between blanks", text: "hello WORLD", small: "Hello World", kept: "Hello WORLD" },
  { why: "an apostrophe stands inside", text: "it's o'clock don’t", small: "It's O'clock Don’t", kept: "It's O'clock Don’t" },
  { why: "quotes around do not", text: "'foo' x", small: "'Foo' X", kept: "'Foo' X" },
  { why: "a point and a colon inside", text: "x.y a:b c/d a@b.c", small: "X.y A:b C/D A@B.c", kept: "X.y A:b C/D A@B.c" },
  { why: "two of them end a word", text: "x..y a.:b", small: "X..Y A.:B", kept: "X..Y A.:B" },
  { why: "a connector is part of a word, a hyphen is not", text: "foo_bar baz-qux", small: "Foo_bar Baz-Qux", kept: "Foo_bar Baz-Qux" },
  { why: "digits do not begin one", text: "1st 2ND a1b", small: "1St 2Nd A1b", kept: "1St 2ND A1b" },
  { why: "capitals of several letters", text: "ßa ﬁx ŉ", small: "Ssa Fix ʼN", kept: "Ssa Fix ʼN" },
  { why: "double letters have a form of their own", text: "ǆ ǇA ǳ", small: "ǅ ǈa ǲ", kept: "ǅ ǈA ǲ" },
  { why: "Georgian has none for words", text: "ა", small: "ა", kept: "ა" },
  { why: "an iota below stays", text: "ᾳ ᾲ ᾀ", small: "ᾼ Ὰͅ ᾈ", kept: "ᾼ Ὰͅ ᾈ" },
  { why: "a sigma at the end", text: "ΟΔΟΣ ΣΑΣ", small: "Οδος Σας", kept: "ΟΔΟΣ ΣΑΣ" },
  { why: "marks and soft hyphens are inside", text: "a\u0301b ab\u00adcd", small: "A\u0301b Ab\u00adcd", kept: "A\u0301b Ab\u00adcd" },
  { why: "writing without blanks", text: "日本x", small: "日本X", kept: "日本X" },
  { why: "letters past U+FFFF", text: "\u{10428}\u{10400}", small: "\u{10400}\u{10428}", kept: "\u{10400}\u{10400}" },
])("$why: $text", ({ text, small, kept }) => {
  expect(titleCase(text, "small")).toBe(small);
  expect(titleCase(text, "kept")).toBe(kept);
});
