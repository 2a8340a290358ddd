import { Document, Scalar, visit, YAMLSeq } from "yaml";
import { resolvePlain } from "./plain-scalar.ts";

/**
 * Plain data as YAML in the form of Go's yaml package, version 2: lists not indented, long lines not folded, single quotes where a text
 * would break the syntax, double quotes where it would be read as something else.
 */
export function printYaml(data: unknown): string {
  const document = new Document(data, {
    version: "1.1",
    // A Map is an ordinary mapping here, not the list of pairs that YAML 1.1 has a tag for; and `<<` is a text, which takes quotes.
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !/:(?:omap|pairs|set|merge)$/.test(tag.tag)),
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === "string" && !isBlock(node.value)) node.type = styleOf(node.value);
    },
  });
  return document.toString({ indentSeq: false, lineWidth: 0, flowCollectionPadding: false });
}

/** A list that `printYaml` writes on one line. */
export function onOneLine(values: readonly unknown[]): unknown {
  const list = new YAMLSeq();
  list.flow = true;
  list.items = values.map((value) => new Scalar(value));
  return list;
}

/** Whether a text stands as a block of lines. A space at the end of a line would be lost in one. */
function isBlock(text: string): boolean {
  return text.includes("\n") && !/ (?:\n|$)/.test(text) && !UNPRINTABLE.test(text.replaceAll("\n", ""));
}

function styleOf(text: string): "PLAIN" | "QUOTE_SINGLE" | "QUOTE_DOUBLE" {
  if (isMoreThanText(text) || UNPRINTABLE.test(text)) return "QUOTE_DOUBLE";
  return SYNTAX.test(text) ? "QUOTE_SINGLE" : "PLAIN";
}

// oxlint-disable-next-line no-control-regex -- what single quotes can't hold
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\ufeff]/;

/** What means something to YAML at the beginning, at the end or within a text on one line. */
const SYNTAX = /^(?:[ #,[\]{}&*!|>'"%@`]|[?:-](?: |$)|---|\.\.\.)|:(?: |$)| #| $/;

const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}.*)?$/;

/** Whether a text without quotes would be a number, a boolean, nothing, or a kind of YAML 1.1 that Go's reader no longer knows. */
function isMoreThanText(text: string): boolean {
  return resolvePlain(text) !== text || BASE_60.test(text) || TIMESTAMP.test(text) || text === "<<";
}
