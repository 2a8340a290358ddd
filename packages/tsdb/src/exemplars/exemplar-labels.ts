import type { Labels } from "@ferula/model";

/** The most characters that the names and values of an exemplar's labels have together (model/exemplar/exemplar.go `ExemplarMaxLabelSetLength`). */
export const MOST_LABEL_CHARACTERS = 128;

/** Whether there are no more characters than may be. A character is a Unicode code point. */
export function fitsExemplar(labels: Labels): boolean {
  let count = 0;
  for (const text of labels) count += text.length;
  // Fast path: nearly all are well below, whatever they are made of.
  if (count <= MOST_LABEL_CHARACTERS) return true;
  for (const text of labels) count -= surrogatePairs(text);
  return count <= MOST_LABEL_CHARACTERS;
}

/** The labels but for those without a value. */
export function withoutEmptyValues(labels: Labels): Labels {
  for (let i = 1; i < labels.length; i += 2) {
    if (labels[i] === "") return labels.filter((_, at) => labels[at | 1] !== "");
  }
  return labels;
}

function surrogatePairs(text: string): number {
  let pairs = 0;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) pairs++;
  }
  return pairs;
}
