import { isLegacyLabelName, isLegacyMetricName } from "./names.ts";
import { labelsWithout, labelValue, METRIC_NAME, type Labels } from "./labels.ts";

const NAME_ONLY: ReadonlySet<string> = new Set([METRIC_NAME]);

/** A label set as Go prints one: `{__name__="up", job="node"}`. Names that are not of the old form are quoted. */
export function formatLabels(labels: Labels): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const name = isLegacyLabelName(labels[i]) ? labels[i] : quote(labels[i]);
    pairs.push(`${name}=${quote(labels[i + 1])}`);
  }
  return `{${pairs.join(", ")}}`;
}

/** A series as PromQL and the exposition formats write it: `up{job="node"}`, or `{"odd name", job="node"}`. */
export function formatSeries(labels: Labels): string {
  const name = labelValue(labels, METRIC_NAME);
  if (name === "") return formatLabels(labels);
  const rest = labelsWithout(labels, NAME_ONLY);
  if (isLegacyMetricName(name)) return rest.length === 0 ? name : name + formatLabels(rest);
  const inside = formatLabels(rest).slice(1, -1);
  return `{${quote(name)}${inside === "" ? "" : `, ${inside}`}}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/** Characters that Go's strconv.Quote does not print as they are: controls, and what Unicode calls other or separator, but the space. */
const NOT_PRINTABLE = /["\\]|[^\P{C}]|[^\P{Z} ]/gu;

/** Text as a Go string literal in double quotes (strconv.Quote). */
export function quote(text: string): string {
  return `"${text.replace(NOT_PRINTABLE, escape)}"`;
}

function escape(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  // Half of a surrogate pair is no character: Go would hold its replacement.
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
