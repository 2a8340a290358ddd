/** Nothing that the grammar knows at this place. */
export const INVALID: number = 0;
/** The end of the body. */
export const END: number = 1;
/** The newline after a sample. */
export const LINEBREAK: number = 2;
/** `# HELP `, `# TYPE ` and `# UNIT `. */
export const HELP: number = 3;
export const TYPE: number = 4;
export const UNIT: number = 5;
/** `# EOF`, with its newline if there is one. */
export const END_MARK: number = 6;
/** The rest of a HELP, TYPE or UNIT line, from the space before it to its newline. */
export const TEXT: number = 7;
/** ` # {`, which opens an exemplar. */
export const EXEMPLAR: number = 8;
/** A metric's name: bare, or quoted in a HELP, TYPE or UNIT line. */
export const METRIC_NAME: number = 9;
/** A quoted name inside braces: of the metric or of a label. */
export const QUOTED_NAME: number = 10;
export const BRACE_OPEN: number = 11;
export const BRACE_CLOSE: number = 12;
/** A bare name inside braces. */
export const LABEL_NAME: number = 13;
export const LABEL_VALUE: number = 14;
export const EQUAL: number = 15;
export const COMMA: number = 16;
/** A number with the space before it. */
export const TIMESTAMP: number = 17;
export const VALUE: number = 18;

/** What upstream's errors call each token. */
export const TOKEN_NAMES: readonly string[] = [
  "INVALID",
  "EOF",
  "LINEBREAK",
  "HELP",
  "TYPE",
  "UNIT",
  "EOFWORD",
  "TEXT",
  "COMMENT",
  "MNAME",
  "QSTRING",
  "BOPEN",
  "BCLOSE",
  "LNAME",
  "LVALUE",
  "EQUAL",
  "COMMA",
  "TIMESTAMP",
  "VALUE",
];
