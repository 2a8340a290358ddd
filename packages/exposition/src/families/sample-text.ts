import { isLegacyLabelName, isLegacyMetricName, type Labels } from "@ferula/model";

/*
 * What the text formats have in common: names that stand quoted inside the braces where they must, labels, and escapes.
 */

/** Writes a sample's line up to its value: `name{labels} `. */
export type SampleHead = (labels: string) => string;

/** The heads of one name's lines: whether it goes inside the braces is decided once. */
export function sampleHeads(name: string): SampleHead {
  if (isLegacyMetricName(name)) return (labels) => (labels === "" ? `${name} ` : `${name}{${labels}} `);
  const quoted = quote(name);
  return (labels) => `{${joined(quoted, labels)}} `;
}

/** A name as HELP, TYPE and UNIT lines show it. */
export function shownName(name: string): string {
  return isLegacyMetricName(name) ? name : quote(name);
}

/** Labels as they stand between braces; "" for none. */
export function labelsText(labels: Labels): string {
  let text = "";
  for (let i = 0; i < labels.length; i += 2) {
    const name = isLegacyLabelName(labels[i]) ? labels[i] : quote(labels[i]);
    text = joined(text, `${name}=${quote(labels[i + 1])}`);
  }
  return text;
}

/** Two lists of labels as one. */
export function joined(first: string, second: string): string {
  return first === "" ? second : second === "" ? first : `${first},${second}`;
}

/** Escapes backslashes and newlines, as the help of text has them. */
export function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** Escapes quotation marks too, as label values and the help of OpenMetrics have them. */
export function escapeString(text: string): string {
  return /["\\\n]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}

/** A text between quotation marks. */
export function quote(value: string): string {
  return `"${escapeString(value)}"`;
}
