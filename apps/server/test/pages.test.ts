import { expect, test } from "@jest/globals";
import { withConsoles, withTitle } from "../src/pages.ts";

test("the title is the user's, as a text and not as markup", () => {
  expect(withTitle("<head><title>Prometheus</title></head>", "<b>$& & co</b>")).toBe(
    "<head><title>&#60;b&#62;$&#38; &#38; co&#60;/b&#62;</title></head>",
  );
});

test.each([
  ["", "<nav></nav><main>"],
  ['/prom/consoles/index.html?"', '<nav></nav><nav><a href="/prom/consoles/index.html?&#34;">Consoles</a></nav><main>'],
])("a link to %s stands behind the pages", (link, expected) => {
  expect(withConsoles("<nav></nav><main>", link)).toBe(expected);
});
