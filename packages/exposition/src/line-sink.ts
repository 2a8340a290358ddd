import type { MetricType } from "@ferula/model";
import type { SampleLine } from "./text/sample-line.ts";

/**
 * Is told each line of a text, in the Prometheus format or in OpenMetrics. Every range is of byte offsets into the text and counts from
 * `start` to the byte before `end`; a line's range has its newline. Names are without quotation marks and, like help, still escaped (see
 * `unescaped`, `unescapedHelp`; help of OpenMetrics has the escapes of label values).
 */
export interface LineSink {
  /** The line is overwritten by the next one. */
  readonly sample: (line: SampleLine) => void;
  readonly type: (start: number, end: number, nameStart: number, nameEnd: number, type: MetricType) => void;
  readonly help: (start: number, end: number, nameStart: number, nameEnd: number, helpStart: number, helpEnd: number) => void;
  /** OpenMetrics only: the Prometheus format knows no units, where such a line is a comment. */
  readonly unit: (start: number, end: number, nameStart: number, nameEnd: number, unitStart: number, unitEnd: number) => void;
  /** A comment, or a line of blanks; in OpenMetrics only the line `# EOF`. */
  readonly comment: (start: number, end: number) => void;
}
