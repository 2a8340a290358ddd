import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { compareUtf8 } from "@ferula/bytes";
import { SortedStrings } from "../../src/block/sorted-strings.ts";
import { character } from "../character.ts";

const text = fc.string({ unit: character, maxLength: 12 });

test("of any strings each is found, what is missing isn't, and the floor is the greatest that is not greater", () => {
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 100 }), text, (strings, wanted) => {
      const sorted = strings.sort(compareUtf8);
      const table = new SortedStrings();
      for (const one of sorted) table.push(Buffer.from(one));
      expect(table.length).toBe(sorted.length);
      sorted.forEach((one, i) => {
        expect(table.find(Buffer.from(one))).toBe(i);
        expect(Buffer.from(table.bytes(i)).toString()).toBe(one);
      });
      expect(table.find(Buffer.from(wanted))).toBe(sorted.indexOf(wanted));
      expect(table.floor(Buffer.from(wanted), 0, sorted.length)).toBe(sorted.findLastIndex((one) => compareUtf8(one, wanted) <= 0));
    }),
  );
});

test("a search goes no further than it is told", () => {
  const table = new SortedStrings();
  for (const one of ["x", "y", "a", "c", "e"]) table.push(Buffer.from(one));
  expect(table.floor(Buffer.from("d"), 2, 5)).toBe(3);
  expect(table.floor(Buffer.from("z"), 0, 2)).toBe(1);
  expect(table.floor(Buffer.from("Z"), 2, 5)).toBe(1);
});
