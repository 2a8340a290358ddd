import type { RegexpMatch } from "./regexp.ts";

/** A piece of a template: text as it is, a group by number, or a group by name. */
type Piece = string | number | { readonly name: string };

/** A template taken apart. */
export type Template = readonly Piece[];

/** A reference after its dollar sign: a name in braces or without. Names are letters, digits and underscores of any script. */
const reference = /\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+)/uy;

/** Numbers from here on are taken for names. */
const LARGEST_NUMBER = 1e8;

/**
 * Takes a template of Go's Regexp.Expand apart. `$1` and `${1}` are groups by number, `$name` and `${name}` by name, `$$` is a dollar sign,
 * and a name without braces is as long as can be: `$1x` is the group named `1x`. A dollar sign before anything else stands for itself.
 */
export function parseTemplate(template: string): Template {
  const pieces: Piece[] = [];
  let literal = "";
  let at = 0;
  for (let dollar = template.indexOf("$"); dollar >= 0; dollar = template.indexOf("$", at)) {
    literal += template.slice(at, dollar);
    at = dollar + 1;
    if (template[at] === "$") {
      literal += "$";
      at++;
      continue;
    }
    reference.lastIndex = at;
    const match = reference.exec(template);
    if (match === null) {
      literal += "$";
      continue;
    }
    if (literal !== "") pieces.push(literal);
    literal = "";
    pieces.push(groupOf(match[1] ?? match[2]));
    at = reference.lastIndex;
  }
  literal += template.slice(at);
  if (literal !== "") pieces.push(literal);
  return pieces;
}

/** Fills a template from a match. Groups that do not exist or took no part are empty. */
export function fillTemplate(template: Template, match: RegexpMatch): string {
  let text = "";
  for (const piece of template) {
    if (typeof piece === "string") text += piece;
    else if (typeof piece === "number") text += match.groups[piece] ?? "";
    else text += match.named.get(piece.name) ?? "";
  }
  return text;
}

function groupOf(name: string): Piece {
  const isNumber = /^(?:0|[1-9][0-9]*)$/.test(name) && Number(name) < LARGEST_NUMBER;
  return isNumber ? Number(name) : { name };
}
