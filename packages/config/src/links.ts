import { isAlias, isCollection, isPair, isScalar, type Alias, type Node } from "yaml";
import { plainKind } from "./plain-scalar.ts";

/** What each alias stands for. */
export type Links = ReadonlyMap<Alias, Node>;

/** What is wrong with a document as a whole: the node to point to, and why. */
export interface LinkProblem {
  readonly node: Node;
  readonly reason: string;
}

/** Deeper nesting than this is no configuration, and would break what walks it by recursion. Aliases count with what they stand for. */
export const MAX_DEPTH = 500;

/** The reason for a document that is nested deeper. */
export const TOO_DEEP: string = `the document is nested too deeply: more than ${MAX_DEPTH} levels`;

interface Measure {
  /** Nodes, each alias with all that it stands for. */
  readonly size: number;
  /** How many of them stand there by an alias alone. */
  readonly aliased: number;
  readonly height: number;
}

interface Anchor extends Measure {
  readonly node: Node;
  /** False while its own content is walked: an alias in there would have no end. */
  readonly isComplete: boolean;
}

const TAG = "tag:yaml.org,2002:";

/** What a scalar with a tag must look like; a whole number is a number, too. */
const TAGGED: ReadonlyMap<string, readonly string[]> = new Map([
  ["null", ["null"]],
  ["bool", ["bool"]],
  ["int", ["int"]],
  ["float", ["int", "float"]],
]);

/** Whole groups of four are counted apart: an expression that repeats a group runs out of stack on a long text. */
const BASE64 = /^[A-Za-z\d+/]*={0,2}$/;

/** What is wrong with a scalar that says by a tag what it is. */
function tagProblem(node: unknown): string | undefined {
  if (!isScalar(node) || node.tag === undefined || !node.tag.startsWith(TAG)) return undefined;
  const tag = node.tag.slice(TAG.length);
  const text = String(node.value ?? "");
  if (tag === "binary") return isBase64(text) ? undefined : "!!binary value contains invalid base64 data";
  const kind = plainKind(text);
  return TAGGED.get(tag)?.includes(kind) === false ? `cannot decode !!${kind} \`${text}\` as a !!${tag}` : undefined;
}

/** Line breaks may stand anywhere in it (encoding/base64 `StdEncoding`). */
function isBase64(text: string): boolean {
  const base64 = text.replace(/[\r\n]/g, "");
  return base64.length % 4 === 0 && BASE64.test(base64);
}

/**
 * Finds what the aliases of a document stand for, in one walk (the parser's own way walks the document for each alias), and refuses
 * what can't be decoded in sensible time: endless nesting, and aliases of aliases that multiply.
 */
export function linkAliases(root: Node): { readonly links: Links; readonly problems: readonly LinkProblem[] } {
  const links = new Map<Alias, Node>();
  const problems: LinkProblem[] = [];
  const anchors = new Map<string, Anchor>();

  function measure(node: unknown, depth: number): Measure {
    if (isPair(node)) return sum([measure(node.key, depth), measure(node.value, depth)], 0);
    if (isAlias(node)) return follow(node);
    if (depth > MAX_DEPTH) {
      if (problems.length === 0) problems.push({ node: node as Node, reason: TOO_DEEP });
      return { size: 1, aliased: 0, height: 1 };
    }
    if (!isCollection(node)) {
      const leaf = { size: 1, aliased: 0, height: 1 };
      const name = (node as { anchor?: string } | null)?.anchor;
      if (name !== undefined) anchors.set(name, { ...leaf, node: node as Node, isComplete: true });
      const reason = tagProblem(node);
      if (reason !== undefined) problems.push({ node: node as Node, reason });
      return leaf;
    }
    const { anchor } = node;
    if (anchor !== undefined) anchors.set(anchor, { node, isComplete: false, size: 0, aliased: 0, height: 0 });
    const whole = sum(
      node.items.map((item) => measure(item, depth + 1)),
      1,
    );
    if (anchor !== undefined) anchors.set(anchor, { node, isComplete: true, ...whole });
    return whole;
  }

  function follow(alias: Alias): Measure {
    const anchor = anchors.get(alias.source);
    if (anchor?.isComplete !== true) {
      const reason =
        anchor === undefined ? `unknown anchor '${alias.source}' referenced` : `anchor '${alias.source}' value contains itself`;
      problems.push({ node: alias, reason });
      return { size: 1, aliased: 0, height: 1 };
    }
    links.set(alias, anchor.node);
    return { size: anchor.size + 1, aliased: anchor.size, height: anchor.height };
  }

  const { size, aliased, height } = measure(root, 1);
  if (height > MAX_DEPTH && problems.length === 0) problems.push({ node: root, reason: TOO_DEEP });
  if (isExcessive(size, aliased)) problems.push({ node: root, reason: "document contains excessive aliasing" });
  return { links, problems };
}

function sum(parts: readonly Measure[], own: number): Measure {
  let size = own;
  let aliased = 0;
  let height = 0;
  for (const part of parts) {
    size += part.size;
    aliased += part.aliased;
    height = Math.max(height, part.height);
  }
  return { size, aliased, height: height + own };
}

/** The larger a document grows by its aliases, the smaller the part that they may make up: the figures are those of Go's yaml package. */
function isExcessive(size: number, aliased: number): boolean {
  if (aliased <= 100 || size <= 1000) return false;
  const excess = Math.min(1, Math.max(0, (size - 400_000) / 3_600_000));
  return aliased / size > 0.99 - 0.89 * excess || size === Infinity;
}
