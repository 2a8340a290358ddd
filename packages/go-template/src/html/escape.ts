import {
  formatNode,
  type ActionNode,
  type BranchNode,
  type ListNode,
  locate,
  type Statement,
  type Template,
  type TemplateNode,
} from "../ast.ts";
import { TemplateError, thrownMessage } from "../errors.ts";
import { quoteGo } from "../strings.ts";
import { type Context, derivedName, describeContext, EscapeProblem, joinContexts, nudge, sameContext, textContext } from "./context.ts";
import { escapeText } from "./escape-text.ts";
import { checkPredefined, escapersFor, withEscapers } from "./pipeline.ts";

/** An entry template and the look-up of those it calls. */
export interface EscapedTemplates {
  readonly template: Template;
  readonly find: (name: string) => Template | undefined;
}

/**
 * Rewrites the template `name` and all it calls so that every action is escaped for the place it stands in.
 * A template that is called in several contexts gets a version for each. Throws TemplateError("escape").
 */
export function escapeTemplates(name: string, templates: ReadonlyMap<string, Template>): EscapedTemplates {
  const escaper = new Escaper(name, templates, new Map());
  const { context } = escaper.escapeCall(textContext, name, undefined);
  if (context.state !== "Text") {
    throw new TemplateError("escape", `html/template:${name}: ends in a non-text context: ${describeContext(context)}`);
  }
  const { derived } = escaper;
  const template = derived.get(name);
  if (!template) throw new Error(`BUG: template ${name} was not escaped`);
  return { template, find: (calledName) => derived.get(calledName) };
}

/** A rewritten body and the context behind it. */
interface Escaped<T> {
  readonly context: Context;
  readonly node: T;
}

/** The contexts at the jumps of a loop. */
interface Loop {
  readonly jumps: { readonly context: Context; readonly kind: "break" | "continue"; readonly pos: number }[];
}

/** An error whose place is already told. */
class PlacedProblem extends Error {
  readonly description: string;
  readonly place: string;
  constructor(place: string, description: string) {
    super(description);
    this.place = place;
    this.description = description;
  }
}

class Escaper {
  /** Rewritten templates by derived name. */
  readonly derived: Map<string, Template> = new Map();
  /** Derived names called, to see whether a template calls itself. */
  readonly called: Set<string> = new Set();
  private readonly entryName: string;
  private readonly templates: ReadonlyMap<string, Template>;
  /** The context behind each derived template; while it is being worked out, the assumption about it. */
  private readonly outputs: Map<string, Context>;
  private template: Template | undefined;
  private loop: Loop | undefined;

  constructor(entryName: string, templates: ReadonlyMap<string, Template>, outputs: ReadonlyMap<string, Context>) {
    this.entryName = entryName;
    this.templates = templates;
    this.outputs = new Map(outputs);
  }

  /** Escapes a template for a start context, unless that is done, and tells the name of this version. */
  escapeCall(c: Context, name: string, caller: TemplateNode | undefined): { readonly context: Context; readonly name: string } {
    const versionName = derivedName(name, c);
    this.called.add(versionName);
    const known = this.outputs.get(versionName);
    if (known) return { context: known, name: versionName };
    const template = this.templates.get(name);
    if (!template) throw this.problemAt(caller, `no such template ${quoteGo(name)}`);
    try {
      const context = this.escapeVersion(c, versionName, template);
      this.outputs.set(versionName, context);
      return { context, name: versionName };
    } catch (error) {
      throw caller ? error : this.finalError(error);
    }
  }

  /** Assumes that a recursive template ends as it starts and, when it does not, that it ends as this attempt ended. */
  private escapeVersion(c: Context, versionName: string, template: Template): Context {
    const first = this.tryBody(c, versionName, template);
    if (first.isConsistent) return first.context;
    const second = this.tryBody(first.context, versionName, template);
    if (second.isConsistent) return second.context;
    const place = `html/template:${locate(template.source, template.root.pos)}`;
    throw new PlacedProblem(place, `cannot compute output context for template ${template.name}`);
  }

  private tryBody(assumed: Context, versionName: string, template: Template): { context: Context; isConsistent: boolean } {
    const attempt = new Escaper(this.entryName, this.templates, this.outputs);
    attempt.outputs.set(versionName, assumed);
    attempt.template = template;
    const { context, node } = attempt.escapeList(assumed, template.root);
    const isConsistent = !attempt.called.has(versionName) || sameContext(assumed, context);
    if (isConsistent) {
      for (const [name, output] of attempt.outputs) this.outputs.set(name, output);
      for (const [name, version] of attempt.derived) this.derived.set(name, version);
      for (const name of attempt.called) this.called.add(name);
      this.derived.set(versionName, { ...template, root: node });
    }
    return { context, isConsistent };
  }

  private escapeList(start: Context, list: ListNode): Escaped<ListNode> {
    let context = start;
    const nodes: Statement[] = [];
    for (const node of list.nodes) {
      const escaped = this.escape(context, node);
      ({ context } = escaped);
      nodes.push(escaped.node);
      if (context.state === "Dead") break;
    }
    return { context, node: { ...list, nodes } };
  }

  private escape(c: Context, node: Statement): Escaped<Statement> {
    switch (node.kind) {
      case "text": {
        const { context, text } = escapeText(c, node.text);
        return { context, node: { ...node, text } };
      }
      case "action":
        return this.escapeAction(c, node);
      case "if":
      case "with":
        return this.escapeCondition(c, node);
      case "range":
        return this.escapeRange(c, node);
      case "break":
      case "continue":
        this.loop?.jumps.push({ context: c, kind: node.kind, pos: node.pos });
        return { context: { ...textContext, state: "Dead" }, node };
      case "template": {
        const { context, name } = this.escapeCall(c, node.name, node);
        return { context, node: { ...node, name } };
      }
    }
  }

  private escapeAction(start: Context, node: ActionNode): Escaped<ActionNode> {
    if (node.pipe.variables.length > 0) return { context: start, node };
    const c = nudge(start);
    try {
      checkPredefined(c, node.pipe);
      const pipe = withEscapers(node.pipe, escapersFor(c, formatNode(node)));
      // A slash after a value divides.
      return { context: c.state === "JS" ? { ...c, jsCtx: "DivOp" } : c, node: { ...node, pipe } };
    } catch (error) {
      throw error instanceof EscapeProblem ? this.problemAt(node, error.message) : error;
    }
  }

  private escapeCondition(c: Context, node: BranchNode): Escaped<BranchNode> {
    const body = this.escapeList(c, node.list);
    const otherwise = node.elseList && this.escapeList(c, node.elseList);
    const context = this.join(body.context, otherwise?.context ?? c, node, node.pos, "");
    return { context, node: { ...node, list: body.node, elseList: otherwise?.node } };
  }

  private escapeRange(c: Context, node: BranchNode): Escaped<BranchNode> {
    const body = this.escapeLoopBody(c, node);
    const context = this.reenter(body.context, node);
    const otherwise = node.elseList && this.escapeList(c, node.elseList);
    const after = this.join(context, otherwise?.context ?? c, node, node.pos, "");
    return { context: after, node: { ...node, list: body.node, elseList: otherwise?.node } };
  }

  private escapeLoopBody(c: Context, node: BranchNode): Escaped<ListNode> {
    const outer = this.loop;
    const loop: Loop = { jumps: [] };
    this.loop = loop;
    const body = this.escapeList(c, node.list);
    this.loop = outer;
    let { context } = body;
    for (const jump of loop.jumps) context = this.join(context, jump.context, node, jump.pos, `at range loop ${jump.kind}: `);
    return { context, node: body.node };
  }

  /** A second turn must end where the first did; its rewriting is dropped. */
  private reenter(c: Context, node: BranchNode): Context {
    const again = new Escaper(this.entryName, this.templates, this.outputs);
    again.template = this.template;
    try {
      return this.join(c, again.escapeLoopBody(c, node).context, node, node.pos, "");
    } catch (error) {
      if (error instanceof PlacedProblem) throw new PlacedProblem(error.place, `on range loop re-entry: ${error.description}`);
      if (error instanceof EscapeProblem)
        throw new PlacedProblem(`html/template:${this.entryName}:${node.line}`, `on range loop re-entry: ${error.message}`);
      throw error;
    }
  }

  private join(a: Context, b: Context, node: BranchNode, pos: number, prefix: string): Context {
    const joined = joinContexts(a, b);
    if (joined) return joined;
    const description = `{{${node.kind}}} branches end in different contexts: ${describeContext(a)}, ${describeContext(b)}`;
    throw this.problemAt({ pos }, prefix + description);
  }

  private problemAt(node: { readonly pos: number } | undefined, description: string): PlacedProblem {
    const place = this.template && node ? locate(this.template.source, node.pos) : this.entryName;
    return new PlacedProblem(`html/template:${place}`, description);
  }

  private finalError(error: unknown): unknown {
    if (error instanceof PlacedProblem) return new TemplateError("escape", `${error.place}: ${error.description}`);
    if (error instanceof EscapeProblem) return new TemplateError("escape", `html/template:${this.entryName}: ${thrownMessage(error)}`);
    return error;
  }
}
