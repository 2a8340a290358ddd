import type { Secret } from "@ferula/config";

/** How many of several ways to give one value are used. */
export function givenCount(...ways: readonly (string | Secret | undefined)[]): number {
  return ways.filter((way) => way !== undefined && way !== "").length;
}
