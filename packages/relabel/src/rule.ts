import { compileRegexp, type Regexp } from "@ferula/regexp";

/** What a rule does to a label set (model/relabel/relabel.go `Action`). */
export type RelabelAction =
  | "replace"
  | "keep"
  | "drop"
  | "keepequal"
  | "dropequal"
  | "hashmod"
  | "labelmap"
  | "labeldrop"
  | "labelkeep"
  | "lowercase"
  | "uppercase";

/** All actions, as they are written in a configuration; there capitals make no difference. */
export const RELABEL_ACTIONS: readonly RelabelAction[] = [
  "replace",
  "keep",
  "drop",
  "keepequal",
  "dropequal",
  "hashmod",
  "labelmap",
  "labeldrop",
  "labelkeep",
  "lowercase",
  "uppercase",
];

/** One relabelling rule, with the keys of the configuration file. */
export interface RelabelRule {
  /** Labels whose values, joined by `separator`, are the source text; a label that isn't there is "". */
  readonly source_labels: readonly string[];
  readonly separator: string;
  /** Matches a whole text; the dot matches line breaks. */
  readonly regex: Regexp;
  /** For hashmod: by what the hash is divided; 0 is unset. */
  readonly modulus: number;
  /** The label that is set or compared; `replace` expands `$1` and `${name}` in it. */
  readonly target_label: string;
  /** Where groups of the regular expression stand as `$1` or `${name}`. */
  readonly replacement: string;
  readonly action: RelabelAction;
}

/** The regular expression of rules that don't write one. Whether one was written is told by identity, as upstream tells it. */
export const defaultRegex: Regexp = compileRegexp("(.*)", { anchored: true });

/** What is not written in a rule (model/relabel/relabel.go `DefaultRelabelConfig`). */
export const defaultRelabelRule: RelabelRule = {
  source_labels: [],
  separator: ";",
  regex: defaultRegex,
  modulus: 0,
  target_label: "",
  replacement: "$1",
  action: "replace",
};
