/** The code points of a text, in an array that serves one text after another. */
export interface CodePoints {
  /** Those of the text are the first `length`. */
  points: Int32Array;
  length: number;
}

/** No text yet. */
export function createCodePoints(): CodePoints {
  return { points: new Int32Array(64), length: 0 };
}

/** Puts the code points of `text` in the place of those that were there. */
export function readCodePoints(into: CodePoints, text: string): void {
  const unitCount = text.length;
  if (into.points.length < unitCount) into.points = new Int32Array(Math.max(unitCount, 2 * into.points.length));
  const { points } = into;
  let length = 0;
  for (let i = 0; i < unitCount; i++) {
    const unit = text.charCodeAt(i);
    if (isHighSurrogate(unit) && i + 1 < unitCount) points[length++] = text.codePointAt(i++)!;
    else points[length++] = unit;
  }
  into.length = length;
}

/** How many code points the first `end` code units of `text` are. */
export function countCodePoints(text: string, end: number): number {
  let count = end;
  for (let i = 1; i < end; i++) if (isLowSurrogate(text.charCodeAt(i))) count--;
  return count;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isLowSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}
