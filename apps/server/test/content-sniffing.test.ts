import { expect, test } from "@jest/globals";
import { sniffContentType } from "../src/content-sniffing.ts";

test.each([
  ["<!doctype html>", "text/html; charset=utf-8"],
  ["\n\t <H1 class=x>", "text/html; charset=utf-8"],
  ["<!--", "text/html; charset=utf-8"],
  ["<section>", "text/plain; charset=utf-8"],
  ["<bold>", "text/plain; charset=utf-8"],
  ["a <b>", "text/plain; charset=utf-8"],
  ['<?xml version="1.0"?>', "text/xml; charset=utf-8"],
  ["", "text/plain; charset=utf-8"],
  ["\u001b[1m\r\n", "text/plain; charset=utf-8"],
  ["a\0b", "application/octet-stream"],
])("%j is %s", (start, expected) => {
  expect(sniffContentType(start)).toBe(expected);
});
