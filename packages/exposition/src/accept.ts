import { parseGoFloat } from "@ferula/durations";

/** One clause of an Accept header, spelled as it was sent: upstream tells letter cases apart. */
export interface AcceptClause {
  readonly type: string;
  readonly subtype: string;
  readonly weight: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The clauses of an Accept header, the most wanted first. It follows the reader that upstream uses, oddities included: a weight that is
 * no number is 0, one of 0 is no refusal, quotation marks stay, and clauses or parameters of another shape are passed over. Source:
 * munnerz/goautoneg `ParseAccept`.
 */
export function parseAccept(header: string): readonly AcceptClause[] {
  const clauses: AcceptClause[] = [];
  for (const part of header.split(",")) {
    const clause = parseClause(trimmed(part));
    if (clause !== undefined) insert(clauses, clause);
  }
  return clauses;
}

function parseClause(part: string): AcceptClause | undefined {
  const [range, terms] = cut(part, ";");
  const [type, behind] = cut(range, "/");
  const [subtype, spurious] = cut(behind, "/");
  const isAny = behind === "" && trimmed(type) === "*";
  if ((behind === "" && !isAny) || spurious !== "") return undefined;
  return { type: trimmed(type), subtype: isAny ? "*" : trimmed(subtype), ...parseTerms(terms) };
}

function parseTerms(terms: string): Pick<AcceptClause, "weight" | "parameters"> {
  const parameters = new Map<string, string>();
  let weight = 1;
  for (const term of terms.split(";")) {
    const [name, behind] = cut(term, "=");
    const [value, spurious] = cut(behind, "=");
    if (behind === "" || spurious !== "") continue;
    if (trimmed(name) === "q") weight = weightOf(value);
    else parameters.set(trimmed(name), trimmed(value));
  }
  return { weight, parameters };
}

/** Beyond what a double holds it is infinite; the text is without blanks or it is no number. */
function weightOf(text: string): number {
  const weight = parseGoFloat(text);
  if (typeof weight === "number") return Math.fround(weight);
  return weight === "invalid syntax" ? 0 : text.startsWith("-") ? -Infinity : Infinity;
}

/** What stands before and behind the first `separator`; without one, all is before. */
function cut(text: string, separator: string): readonly [before: string, behind: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * Puts a clause before those that are wanted less. The comparison is upstream's, which is no order of all clauses (a type goes before
 * any `*` behind it, whatever their weights), so that it counts in which steps it is sorted: by insertion from the back.
 */
function insert(clauses: AcceptClause[], clause: AcceptClause): void {
  let at = clauses.length;
  while (at > 0 && isWantedMore(clause, clauses[at - 1])) at--;
  clauses.splice(at, 0, clause);
}

function isWantedMore(a: AcceptClause, b: AcceptClause): boolean {
  return a.weight > b.weight || (a.type !== "*" && b.type === "*") || (a.subtype !== "*" && b.subtype === "*");
}

/** Without blanks around it; tabs are none. */
function trimmed(text: string): string {
  return text.replaceAll(/^ +| +$/g, "");
}
