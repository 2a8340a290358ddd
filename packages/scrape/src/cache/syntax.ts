import { isEndLine, parseKnownSample, scanLine, scanOpenMetricsLine, unescaped, unescapedHelp, type SampleLine } from "@ferula/exposition";
import { IGNORE_LINES } from "./comments.ts";

/** The grammars of lines that a line cache reads. */
export type SyntaxName = "text" | "openmetrics";

/** What is different between them. */
export interface Syntax {
  /** OpenMetrics has exemplars, timestamps in seconds, and a last line without which a body is not whole. */
  readonly isOpenMetrics: boolean;
  readonly scanLine: typeof scanLine;
  /** Reads the numbers, and the exemplar, of the line at `start` into `line`; what is before them, up to `valueStart`, is known. */
  readonly readNumbers: (bytes: Uint8Array, start: number, valueStart: number, end: number, line: SampleLine) => void;
  /** The text of a HELP line. */
  readonly unescapedHelp: typeof unescapedHelp;
  /** Whether the comment at `start`, which has been scanned, ends the body. */
  readonly isEnd: (bytes: Uint8Array, start: number, end: number) => boolean;
}

/** The Prometheus text format in all its versions, and OpenMetrics in all its. */
export const SYNTAXES: Readonly<Record<SyntaxName, Syntax>> = {
  text: {
    isOpenMetrics: false,
    scanLine,
    readNumbers: (bytes, start, _valueStart, end, line) => void scanLine(bytes, start, end, IGNORE_LINES, line),
    unescapedHelp,
    isEnd: () => false,
  },
  openmetrics: {
    isOpenMetrics: true,
    scanLine: scanOpenMetricsLine,
    readNumbers: parseKnownSample,
    unescapedHelp: unescaped,
    isEnd: isEndLine,
  },
};
