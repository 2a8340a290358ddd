/**
 * The order in which Go's yaml package (version 2) prints the keys of a map: at the first place where two keys differ, runs of digits
 * compare as numbers, letters stand behind everything else, and the rest goes by code point. A key before those it is a prefix of.
 */
export function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const shared = Math.min(left.length, right.length);
  let i = 0;
  while (i < shared && left[i] === right[i]) i++;
  if (i === shared) return left.length - right.length;
  const isLeftLetter = isLetter(left[i]);
  const isRightLetter = isLetter(right[i]);
  if (isLeftLetter !== isRightLetter) return isLeftLetter ? 1 : -1;
  if (!isLeftLetter) {
    const byNumber = compareDigits(left, right, i);
    if (byNumber !== 0) return byNumber;
  }
  return (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
}

/** Compares the numbers that go on at `from`; 0 when there are none, or equal ones of equal length. */
function compareDigits(left: readonly string[], right: readonly string[], from: number): number {
  // A zero within a number counts; one that leads it doesn't.
  const isWithin = (left[from] === "0" || right[from] === "0") && hasNonZeroBefore(left, from);
  const leftDigits = digitsAt(left, from);
  const rightDigits = digitsAt(right, from);
  const head = isWithin ? "1" : "0";
  const difference = BigInt(head + leftDigits) - BigInt(head + rightDigits);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return leftDigits.length - rightDigits.length;
}

function hasNonZeroBefore(text: readonly string[], from: number): boolean {
  for (let i = from - 1; i >= 0 && isDigit(text[i]); i--) if (text[i] !== "0") return true;
  return false;
}

function digitsAt(text: readonly string[], from: number): string {
  let end = from;
  while (end < text.length && isDigit(text[end])) end++;
  return text.slice(from, end).join("");
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}
