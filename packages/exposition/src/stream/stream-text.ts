import { type EscapingScheme, isLegacyLabelName, type Labels } from "@ferula/model";
import { escaped } from "../families/escape-names.ts";
import { quote, type SampleHead, sampleHeads } from "../families/sample-text.ts";
import { histogramLines, typeLine, valueText } from "../families/write-text.ts";
import { type FamilyStream, type OnPiece, PIECE_SIZE } from "./family-stream.ts";
import { withEscapedLabelNames } from "./label-names.ts";

const encoder = new TextEncoder();

/** The lines that `writeText` makes of the same families. */
export function streamText(escaping: EscapingScheme, onPiece: OnPiece): FamilyStream {
  let text = "";
  let name = "";
  let head: SampleHead = sampleHeads("");
  /** How names of labels are written, by name: there are few, and each comes with thousands of samples. */
  const starts = new Map<string, string>();

  function startOf(label: string): string {
    let start = starts.get(label);
    if (start === undefined) {
      const own = escaped(label, escaping);
      start = `${isLegacyLabelName(own) ? own : quote(own)}=`;
      starts.set(label, start);
    }
    return start;
  }

  function pairs(labels: Labels): string {
    if (labels.length === 0) return "";
    let all = startOf(labels[0]) + quote(labels[1]);
    for (let i = 2; i < labels.length; i += 2) all += `,${startOf(labels[i])}${quote(labels[i + 1])}`;
    return all;
  }

  function flush(least: number): void {
    if (text.length < least) return;
    onPiece(encoder.encode(text));
    text = "";
  }

  return {
    begin(own, type) {
      name = escaped(own, escaping);
      head = sampleHeads(name);
      text += typeLine(name, type);
    },
    untyped(labels, value, timestampMs) {
      text += `${head(pairs(labels))}${valueText(value)} ${timestampMs}\n`;
      flush(PIECE_SIZE);
    },
    histogram(metric) {
      text += histogramLines(name, [withEscapedLabelNames(metric, escaping)]);
      flush(PIECE_SIZE);
    },
    end: () => flush(1),
  };
}
