import { expect, test } from "@jest/globals";
import { compareNaturally } from "../../src/functions/natural-order.ts";

test.each([
  ["a", "b", "text by its bytes"],
  ["Z", "a", "capitals first"],
  ["cpu9", "cpu10", "numbers by what they count"],
  ["cpu9", "cpu9a", "a beginning before the whole"],
  ["1.2.9", "1.2.10", "each number by itself"],
  ["9", "a", "a number beside text goes by its bytes"],
  ["", "a", "nothing before anything"],
  ["x2y", "x02z", "leading zeros count for nothing"],
  ["x01", "x1", "but where nothing else differs"],
  ["99999999999999999999", "999999999999999999999", "numbers that no int64 holds are text"],
  ["10000000000000000000", "9999999999999999999", "which is why the longer may come first"],
  ["ä", "π", "what is not ASCII by its UTF-8"],
])("%j stands before %j: %s", (a, b) => {
  expect(compareNaturally(a, b)).toBeLessThan(0);
  expect(compareNaturally(b, a)).toBeGreaterThan(0);
  expect(compareNaturally(a, a)).toBe(0);
});
