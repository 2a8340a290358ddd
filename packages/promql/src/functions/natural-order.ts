import { compareUtf8 } from "@ferula/model";

const RUN = /[0-9]+|[^0-9]+/g;

/** Larger numbers are compared as text: upstream reads them as 64-bit integers. */
const LARGEST = (1n << 63n) - 1n;

/**
 * Orders texts as people do, numbers in them by what they count: `cpu9` before `cpu10`. Below 0 when `a` comes first, 0 only for equal
 * texts (github.com/facette/natsort `Compare`). Texts that differ in leading zeros only go by their order here, where upstream's answer
 * depends on which of the two it is asked about first.
 */
export function compareNaturally(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.match(RUN) ?? [];
  const right = b.match(RUN) ?? [];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const compared = compareRuns(left[i], right[i]);
    if (compared !== 0) return compared;
  }
  return left.length === right.length ? compareUtf8(a, b) : left.length - right.length;
}

function compareRuns(a: string, b: string): number {
  if (a === b) return 0;
  const left = integer(a);
  const right = integer(b);
  if (left === undefined || right === undefined) return compareUtf8(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function integer(run: string): bigint | undefined {
  const code = run.charCodeAt(0);
  if (code < 0x30 || code > 0x39) return undefined;
  const value = BigInt(run);
  return value > LARGEST ? undefined : value;
}
