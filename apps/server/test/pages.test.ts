import { expect, test } from "@jest/globals";
import { withTitle } from "../src/pages.ts";

test("the title is the user's, as a text and not as markup", () => {
  expect(withTitle("<head><title>Prometheus</title></head>", "<b>$& & co</b>")).toBe(
    "<head><title>&#60;b&#62;$&#38; &#38; co&#60;/b&#62;</title></head>",
  );
});
