import { Buffer } from "node:buffer";
import type { Matcher } from "@ferula/model";

/** Asks about a label set as `writeLabels` writes it. */
export type LabelBytesMatcher = (labels: Uint8Array) => boolean;

/** Whether a label set satisfies all of the matchers. Only values that a matcher asks about become strings. */
export function allMatch(matchers: readonly Matcher[]): LabelBytesMatcher {
  const asked = matchers.map((matcher) => ({ matcher, name: Buffer.from(matcher.name) }));
  return (labels) => {
    const bytes = Buffer.from(labels.buffer, labels.byteOffset, labels.length);
    return asked.every(({ matcher, name }) => matcher.matches(valueOf(bytes, name)));
  };
}

/** The value of the label with this name, "" where there is none: to matchers the two are the same. */
function valueOf(labels: Buffer, name: Buffer): string {
  let at = 0;
  let rest = 0;
  const readLength = (): number => {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = labels[at++];
      length |= (byte & 127) << shift;
      if (byte < 128) return length;
    }
  };
  for (rest = readLength(); rest > 0; rest--) {
    const nameLength = readLength();
    const isAsked = nameLength === name.length && labels.compare(name, 0, nameLength, at, at + nameLength) === 0;
    at += nameLength;
    const valueLength = readLength();
    if (isAsked) return labels.toString("utf8", at, at + valueLength);
    at += valueLength;
  }
  return "";
}
