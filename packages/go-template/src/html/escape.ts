import {
  type ActionNode,
  type BranchNode,
  formatNode,
  type JumpNode,
  type ListNode,
  locate,
  type Statement,
  type Template,
  type TemplateNode,
} from "../ast.ts";
import { TemplateError } from "../errors.ts";
import { quoteGo } from "../strings.ts";
import {
  type Context,
  derivedName,
  describeContext,
  errorContext,
  EscapeProblem,
  joinContexts,
  nudge,
  type Problem,
  sameContext,
  textContext,
} from "./context.ts";
import { escapeText } from "./escape-text.ts";
import { checkPredefined, escapersFor, withEscapers } from "./pipeline.ts";

/** An entry template and the look-up of those it calls. */
export interface EscapedTemplates {
  readonly template: Template;
  readonly find: (name: string) => Template | undefined;
}

/**
 * How many nodes may be looked at. Loops and recursive templates are followed twice, so that those nested in each
 * other would take a time that doubles with each level. A thousand honest pages stay below it.
 */
const MAX_VISITS = 200_000;

/** So many characters of text are worth the visit of a node. */
const CHARACTERS_PER_VISIT = 64;

/**
 * Rewrites the template `name` and all it calls so that every action is escaped for the place it stands in.
 * A template that is called in several contexts gets a version for each. Throws TemplateError("escape").
 */
export function escapeTemplates(name: string, templates: ReadonlyMap<string, Template>): EscapedTemplates {
  const escaper = new Escaper(templates, new Map(), { count: 0 });
  const { context } = escaper.escapeCall(textContext, name, undefined);
  if (context.problem) throw new TemplateError("escape", problemMessage(context.problem, name));
  if (context.state !== "Text") {
    const problem = { description: `ends in a non-text context: ${describeContext(context)}`, place: undefined, line: 0 };
    throw new TemplateError("escape", problemMessage(problem, name));
  }
  const { derived } = escaper;
  const template = derived.get(name);
  if (!template) throw new Error(`BUG: template ${name} was not escaped`);
  return { template, find: (calledName) => derived.get(calledName) };
}

function problemMessage({ place, line, description }: Problem, name: string): string {
  if (place !== undefined) return `html/template:${place}: ${description}`;
  if (line > 0) return `html/template:${name}:${line}: ${description}`;
  return name === "" ? `html/template: ${description}` : `html/template:${name}: ${description}`;
}

/** A rewritten body and the context behind it. */
interface Escaped<T> {
  readonly context: Context;
  readonly node: T;
}

/** The contexts at the jumps of a loop. */
interface Jump {
  readonly context: Context;
  readonly node: JumpNode;
}

class Escaper {
  /** Rewritten templates by derived name. */
  readonly derived: Map<string, Template> = new Map();
  /** Derived names called, to see whether a template calls itself. */
  readonly called: Set<string> = new Set();
  private readonly templates: ReadonlyMap<string, Template>;
  /** The context behind each derived template; while it is being worked out, the assumption about it. */
  private readonly outputs: Map<string, Context>;
  private readonly visits: { count: number };
  private template: Template | undefined;
  private jumps: Jump[] = [];

  constructor(templates: ReadonlyMap<string, Template>, outputs: ReadonlyMap<string, Context>, visits: { count: number }) {
    this.templates = templates;
    this.outputs = new Map(outputs);
    this.visits = visits;
  }

  /** Escapes a template for a start context, unless that is done, and tells the name of this version. */
  escapeCall(c: Context, name: string, caller: TemplateNode | undefined): { readonly context: Context; readonly name: string } {
    if (c.state === "Error") return { context: c, name };
    const versionName = derivedName(name, c);
    this.called.add(versionName);
    const known = this.outputs.get(versionName);
    if (known) return { context: known, name: versionName };
    const template = this.templates.get(name);
    if (!template) return { context: errorContext(`no such template ${quoteGo(name)}`, this.placeOf(caller)), name };
    const context = this.escapeVersion(c, versionName, template);
    if (context.state !== "Error") this.outputs.set(versionName, context);
    return { context, name: versionName };
  }

  /** Assumes that a recursive template ends as it starts and, when it does not, that it ends as this attempt ended. */
  private escapeVersion(c: Context, versionName: string, template: Template): Context {
    const first = this.tryBody(c, versionName, template);
    if (first.isSettled) return first.context;
    const second = this.tryBody(first.context, versionName, template);
    if (second.isSettled) return second.context;
    const place = locate(template.source, template.root.pos);
    return errorContext(`cannot compute output context for template ${template.name}`, place);
  }

  /** Escapes the body; what came of it is kept when it agrees with the assumption. A mistake settles the matter, too. */
  private tryBody(assumed: Context, versionName: string, template: Template): { context: Context; isSettled: boolean } {
    const attempt = this.fork(template);
    attempt.outputs.set(versionName, assumed);
    const { context, node } = attempt.escapeList(assumed, template.root);
    if (context.state === "Error") return { context, isSettled: true };
    const isSettled = !attempt.called.has(versionName) || sameContext(assumed, context);
    if (isSettled) {
      for (const [name, output] of attempt.outputs) this.outputs.set(name, output);
      for (const [name, version] of attempt.derived) this.derived.set(name, version);
      for (const name of attempt.called) this.called.add(name);
      this.derived.set(versionName, { ...template, root: node });
    }
    return { context, isSettled };
  }

  private fork(template: Template | undefined): Escaper {
    const fork = new Escaper(this.templates, this.outputs, this.visits);
    fork.template = template;
    return fork;
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
    this.visits.count += 1 + (node.kind === "text" ? Math.floor(node.text.length / CHARACTERS_PER_VISIT) : 0);
    if (this.visits.count > MAX_VISITS) {
      throw new TemplateError(
        "limit",
        `html/template:${this.placeOf(node) ?? ""}: finding the contexts took more than ${MAX_VISITS} steps`,
      );
    }
    switch (node.kind) {
      case "text": {
        if (c.state === "Error") return { context: c, node };
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
        this.jumps.push({ context: c, node });
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
      if (c.state === "Error") return { context: c, node };
      const pipe = withEscapers(node.pipe, escapersFor(c, formatNode(node)));
      // A slash after a value divides.
      return { context: c.state === "JS" ? { ...c, jsCtx: "DivOp" } : c, node: { ...node, pipe } };
    } catch (error) {
      if (!(error instanceof EscapeProblem)) throw error;
      return { context: errorContext(error.message, this.placeOf(node)), node };
    }
  }

  private escapeCondition(c: Context, node: BranchNode): Escaped<BranchNode> {
    const body = this.escapeList(c, node.list);
    const otherwise = node.elseList && this.escapeList(c, node.elseList);
    const context = this.join(body.context, otherwise?.context ?? c, node, node.kind);
    return { context, node: { ...node, list: body.node, elseList: otherwise?.node } };
  }

  private escapeRange(c: Context, node: BranchNode): Escaped<BranchNode> {
    const body = this.escapeTurn(c, node);
    if (body.context.state === "Error") return { context: body.context, node };
    // A turn that ends as it started makes all turns alike.
    const context = sameContext(c, body.context) ? c : this.reenter(body.context, node);
    if (context.state === "Error") return { context, node };
    const otherwise = node.elseList && this.escapeList(c, node.elseList);
    const after = this.join(context, otherwise?.context ?? c, node, "range");
    return { context: after, node: { ...node, list: body.node, elseList: otherwise?.node } };
  }

  /** The body of a loop; its context is also that of every jump. */
  private escapeTurn(c: Context, node: BranchNode): Escaped<ListNode> {
    const { escaped, jumps } = this.collectJumps(() => this.escapeList(c, node.list));
    const context = escaped.context.state === "Error" ? escaped.context : this.joinJumps(escaped.context, jumps);
    return { context, node: escaped.node };
  }

  /** A second turn must end where the first did; its rewriting is dropped. */
  private reenter(c: Context, node: BranchNode): Context {
    const again = this.fork(this.template);
    const { escaped, jumps } = again.collectJumps(() => again.escapeList(c, node.list));
    const context = this.join(c, escaped.context, node, "range");
    if (!context.problem) return this.joinJumps(context, jumps);
    context.problem.line = node.line;
    context.problem.description = `on range loop re-entry: ${context.problem.description}`;
    return context;
  }

  private collectJumps<T>(run: () => T): { readonly escaped: T; readonly jumps: readonly Jump[] } {
    const outer = this.jumps;
    const jumps: Jump[] = [];
    this.jumps = jumps;
    const escaped = run();
    this.jumps = outer;
    return { escaped, jumps };
  }

  /** The breaks come first. The words of a mistake at a jump tell the way it took, through every loop. */
  private joinJumps(start: Context, jumps: readonly Jump[]): Context {
    let context = start;
    for (const kind of ["break", "continue"] as const) {
      for (const jump of jumps.filter(({ node }) => node.kind === kind)) {
        context = this.join(context, jump.context, jump.node, "range");
        if (!context.problem) continue;
        context.problem.line = jump.node.line;
        context.problem.description = `at range loop ${kind}: ${context.problem.description}`;
        return context;
      }
    }
    return context;
  }

  private join(a: Context, b: Context, at: { readonly pos: number }, kind: BranchNode["kind"]): Context {
    const joined = joinContexts(a, b);
    if (joined) return joined;
    const description = `{{${kind}}} branches end in different contexts: ${describeContext(a)}, ${describeContext(b)}`;
    return errorContext(description, this.placeOf(at));
  }

  private placeOf(node: { readonly pos: number } | undefined): string | undefined {
    return this.template && node ? locate(this.template.source, node.pos) : undefined;
  }
}
