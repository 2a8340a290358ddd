import type { ActionNode, BranchNode, ListNode, Statement, Template, TemplateNode } from "./ast.ts";
import { formatNode } from "./ast.ts";
import type { Budget } from "./budget.ts";
import { TemplateError } from "./errors.ts";
import { type Environment, Evaluator } from "./evaluate.ts";
import { formatPrinted, sortedEntries } from "./format-value.ts";
import { isTrue } from "./lookup.ts";
import { sprint } from "./printf.ts";
import { byteLength } from "./strings.ts";
import { baseOf, intValue, kindOf, typeName } from "./values.ts";

/** Where an execution finds its templates and where it stops. */
export interface ExecutionContext {
  readonly environment: Environment;
  readonly find: (name: string) => Template | undefined;
  /** Of the execution that this one is a part of; what it needs is taken from there. */
  readonly budget?: Budget | undefined;
}

/** Renders a template with `dot`. Throws TemplateError. */
export function executeTemplate(template: Template, dot: unknown, context: ExecutionContext): string {
  const execution = new Execution(template, context);
  const { budget } = execution.evaluator;
  context.budget?.checkDepth();
  try {
    budget.depth++;
    return execution.run(dot);
  } catch (error) {
    if (error instanceof TemplateError || !isStackOverflow(error)) throw error;
    // Else each of the many executions around this one would add its place.
    budget.isExhausted = true;
    throw new TemplateError("limit", `template: ${template.name}: cannot go on: templates are nested too deeply`, { cause: error });
  } finally {
    budget.depth--;
  }
}

/** How a body ended: at its end, or at a jump that the nearest loop has to take. */
type Outcome = "done" | "break" | "continue";

class Execution {
  readonly evaluator: Evaluator;
  private readonly context: ExecutionContext;
  private readonly chunks: string[] = [];

  constructor(template: Template, context: ExecutionContext) {
    this.context = context;
    this.evaluator = new Evaluator(template, context.environment, context.budget);
  }

  run(dot: unknown): string {
    const value = dot ?? undefined;
    this.evaluator.variables = [{ name: "$", value }];
    this.walkList(value, this.evaluator.template.root);
    return this.chunks.join("");
  }

  private walkList(dot: unknown, list: ListNode): Outcome {
    for (const node of list.nodes) {
      const outcome = this.walk(dot, node);
      if (outcome !== "done") return outcome;
    }
    return "done";
  }

  private walk(dot: unknown, node: Statement): Outcome {
    this.evaluator.node = node;
    this.evaluator.budget.spend(1);
    switch (node.kind) {
      case "text":
        this.write(node.text);
        return "done";
      case "action":
        this.walkAction(dot, node);
        return "done";
      case "if":
      case "with":
        return this.walkCondition(dot, node);
      case "range":
        return this.walkRange(dot, node);
      case "break":
      case "continue":
        return node.kind;
      case "template":
        this.walkTemplate(dot, node);
        return "done";
    }
  }

  private walkAction(dot: unknown, node: ActionNode): void {
    const value = this.evaluator.evaluatePipe(dot, node.pipe);
    if (node.pipe.variables.length > 0) return;
    this.evaluator.node = node;
    const kind = kindOf(value);
    if (kind === "func" || kind === "opaque") this.evaluator.fail(`can't print ${formatNode(node)} of type ${typeName(value)}`);
    this.write(kind === "invalid" ? "<no value>" : formatPrinted(value, this.evaluator.budget));
  }

  /** Walks a body with a dot of its own, which a range took from `container`. */
  private walkAs(dot: unknown, container: unknown, list: ListNode): Outcome {
    const outer = this.evaluator.dotContainer;
    this.evaluator.dotContainer = container;
    const outcome = this.walkList(dot, list);
    this.evaluator.dotContainer = outer;
    return outcome;
  }

  private walkCondition(dot: unknown, node: BranchNode): Outcome {
    const mark = this.evaluator.variables.length;
    const value = this.evaluator.evaluatePipe(dot, node.pipe);
    let outcome: Outcome = "done";
    if (isTrue(value)) outcome = node.kind === "with" ? this.walkAs(value, undefined, node.list) : this.walkList(dot, node.list);
    else if (node.elseList) outcome = this.walkList(dot, node.elseList);
    this.evaluator.variables.length = mark;
    return outcome;
  }

  private walkRange(dot: unknown, node: BranchNode): Outcome {
    const mark = this.evaluator.variables.length;
    const value = this.evaluator.evaluatePipe(dot, node.pipe);
    let outcome: Outcome = "done";
    if (!this.iterate(value, node) && node.elseList) outcome = this.walkList(dot, node.elseList);
    this.evaluator.variables.length = mark;
    return outcome;
  }

  /** Runs the body for each element and says whether there was one. */
  private iterate(value: unknown, node: BranchNode): boolean {
    switch (kindOf(value)) {
      case "int":
        return this.iterateInteger(value, node);
      case "slice": {
        const items = baseOf(value) as readonly unknown[];
        for (let i = 0; i < items.length; i++) if (!this.iteration(i, items[i] ?? null, node, value)) break;
        return items.length > 0;
      }
      case "map": {
        const entries = sortedEntries(value);
        this.evaluator.budget.spend(entries.length);
        for (const [key, item] of entries) if (!this.iteration(key, item ?? null, node, value)) break;
        return entries.length > 0;
      }
      case "invalid":
        return false;
      default:
        return this.evaluator.fail(`range can't iterate over ${formatPrinted(value, this.evaluator.budget)}`);
    }
  }

  private iterateInteger(value: unknown, node: BranchNode): boolean {
    const count = intValue(value);
    if (node.pipe.variables.length > 1) this.evaluator.fail(`can't use ${sprint([value])} to iterate over more than one variable`);
    const isInt64 = typeof value === "bigint";
    for (let i = 0; i < count; i++) if (!this.iteration(undefined, isInt64 ? BigInt(i) : i, node)) break;
    return count > 0;
  }

  /** One turn; false after a break. Variables that the body declares end with it. */
  private iteration(key: unknown, item: unknown, node: BranchNode, container?: unknown): boolean {
    const { variables, budget } = this.evaluator;
    this.evaluator.node = node;
    budget.spend(1);
    const { variables: names, isAssign } = node.pipe;
    const mark = variables.length;
    if (isAssign) {
      if (names.length > 1) this.evaluator.setVariable(names[0].name, key);
      if (names.length > 0) this.evaluator.setVariable(names[names.length - 1].name, item, container);
    } else {
      if (names.length > 1) variables[mark - 2].value = key;
      if (names.length > 0) Object.assign(variables[mark - 1], { value: item, container });
    }
    const outcome = this.walkAs(item, container, node.list);
    variables.length = mark;
    return outcome !== "break";
  }

  private walkTemplate(dot: unknown, node: TemplateNode): void {
    const { evaluator } = this;
    const template = this.context.find(node.name) ?? evaluator.fail(`template ${JSON.stringify(node.name)} not defined`);
    evaluator.budget.checkDepth();
    const value = node.pipe ? evaluator.evaluatePipe(dot, node.pipe) : undefined;
    const caller = { template: evaluator.template, variables: evaluator.variables, dotContainer: evaluator.dotContainer };
    evaluator.budget.depth++;
    evaluator.template = template;
    evaluator.variables = [{ name: "$", value }];
    evaluator.dotContainer = undefined;
    this.walkList(value, template.root);
    Object.assign(evaluator, caller);
    evaluator.budget.depth--;
  }

  private write(text: string): void {
    this.chunks.push(text);
    this.evaluator.budget.write(byteLength(text));
  }
}

/** The engine's own error for a full stack, from whatever realm. */
function isStackOverflow(error: unknown): boolean {
  return typeof error === "object" && error !== null && "message" in error && /call stack/i.test(String(error.message));
}
