import type { ActionNode, BranchNode, ListNode, Statement, Template, TemplateNode } from "./ast.ts";
import { formatNode } from "./ast.ts";
import { TemplateError } from "./errors.ts";
import { type Environment, Evaluator } from "./evaluate.ts";
import { sortedEntries } from "./format-value.ts";
import { isTrue } from "./lookup.ts";
import { sprint } from "./printf.ts";
import { byteLength } from "./strings.ts";
import { baseOf, intValue, kindOf, typeName } from "./values.ts";

/** Where an execution finds its templates and where it stops. */
export interface ExecutionContext {
  readonly environment: Environment;
  readonly find: (name: string) => Template | undefined;
  readonly timeLimitMs: number;
  readonly maxDepth: number;
  readonly maxOutputBytes: number;
}

/** Renders a template with `dot`. Throws TemplateError. */
export function executeTemplate(template: Template, dot: unknown, context: ExecutionContext): string {
  const execution = new Execution(template, context);
  try {
    return execution.run(dot);
  } catch (error) {
    if (error instanceof TemplateError || !isStackOverflow(error)) throw error;
    throw new TemplateError("limit", `template: ${template.name}: cannot go on: templates are nested too deeply`, { cause: error });
  }
}

/** How a body ended: at its end, or at a jump that the nearest loop has to take. */
type Outcome = "done" | "break" | "continue";

/** The clock is read once in so many steps. */
const STEPS_PER_CLOCK_READ = 256;

class Execution {
  private readonly context: ExecutionContext;
  private readonly evaluator: Evaluator;
  private readonly chunks: string[] = [];
  private outputBytes = 0;
  private depth = 0;
  private steps = 0;
  private readonly deadlineMs: number;

  constructor(template: Template, context: ExecutionContext) {
    this.context = context;
    this.evaluator = new Evaluator(template, context.environment);
    this.deadlineMs = performance.now() + context.timeLimitMs;
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
    this.step();
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
    this.write(kind === "invalid" ? "<no value>" : sprint([value]));
  }

  private walkCondition(dot: unknown, node: BranchNode): Outcome {
    const mark = this.evaluator.variables.length;
    const value = this.evaluator.evaluatePipe(dot, node.pipe);
    let outcome: Outcome = "done";
    if (isTrue(value)) outcome = this.walkList(node.kind === "with" ? value : dot, node.list);
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
        for (let i = 0; i < items.length; i++) if (!this.iteration(i, items[i] ?? null, node)) break;
        return items.length > 0;
      }
      case "map": {
        const entries = sortedEntries(value);
        for (const [key, item] of entries) if (!this.iteration(key, item ?? null, node)) break;
        return entries.length > 0;
      }
      case "invalid":
        return false;
      default:
        return this.evaluator.fail(`range can't iterate over ${sprint([value])}`);
    }
  }

  private iterateInteger(value: unknown, node: BranchNode): boolean {
    const count = intValue(value);
    if (node.pipe.variables.length > 1) this.evaluator.fail(`can't use ${count} to iterate over more than one variable`);
    for (let i = 0; i < count; i++) if (!this.iteration(undefined, i, node)) break;
    return count > 0;
  }

  /** One turn; false after a break. Variables that the body declares end with it. */
  private iteration(key: unknown, item: unknown, node: BranchNode): boolean {
    this.step();
    const { variables } = this.evaluator;
    const { variables: names, isAssign } = node.pipe;
    const mark = variables.length;
    if (isAssign) {
      if (names.length > 1) this.evaluator.setVariable(names[0].name, key);
      if (names.length > 0) this.evaluator.setVariable(names[names.length - 1].name, item);
    } else {
      if (names.length > 1) variables[mark - 2].value = key;
      if (names.length > 0) variables[mark - 1].value = item;
    }
    const outcome = this.walkList(item, node.list);
    variables.length = mark;
    return outcome !== "break";
  }

  private walkTemplate(dot: unknown, node: TemplateNode): void {
    const { evaluator } = this;
    const template = this.context.find(node.name) ?? evaluator.fail(`template ${JSON.stringify(node.name)} not defined`);
    if (this.depth >= this.context.maxDepth) evaluator.fail(`exceeded maximum template depth (${this.context.maxDepth})`, "limit");
    const value = node.pipe ? evaluator.evaluatePipe(dot, node.pipe) : undefined;
    const caller = { template: evaluator.template, variables: evaluator.variables };
    this.depth++;
    evaluator.template = template;
    evaluator.variables = [{ name: "$", value }];
    this.walkList(value, template.root);
    Object.assign(evaluator, caller);
    this.depth--;
  }

  private write(text: string): void {
    this.chunks.push(text);
    this.outputBytes += byteLength(text);
    const { maxOutputBytes } = this.context;
    if (this.outputBytes > maxOutputBytes) this.evaluator.fail(`cannot write more output: the limit is ${maxOutputBytes} bytes`, "limit");
  }

  private step(): void {
    this.steps++;
    if (this.steps % STEPS_PER_CLOCK_READ !== 0 || performance.now() < this.deadlineMs) return;
    this.evaluator.fail(`cannot go on: the time limit of ${this.context.timeLimitMs} ms is used up`, "limit");
  }
}

/** The engine's own error for a full stack, from whatever realm. */
function isStackOverflow(error: unknown): boolean {
  return typeof error === "object" && error !== null && "message" in error && /call stack/i.test(String(error.message));
}
