import type {
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  Node,
  NumberNode,
  Operand,
  PipeNode,
  Template,
  VariableNode,
} from "./ast.ts";
import { formatNode, locate } from "./ast.ts";
import { Budget, type Limits } from "./budget.ts";
import { builtins } from "./builtins.ts";
import { CallError, TemplateError, type TemplateErrorKind, thrownMessage } from "./errors.ts";
import { isTrue, mapEntry, zeroOf } from "./lookup.ts";
import { type Callable, convertArgument, literalArgument, resolveFunction } from "./signature.ts";
import { quoteGo } from "./strings.ts";
import { baseOf, defineType, GoFloat, intValue, kindOf, specOf, type TemplateFunction, typeName } from "./values.ts";

/** What an execution draws on. */
export interface Environment {
  readonly funcs: ReadonlyMap<string, TemplateFunction>;
  readonly missingKey: "default" | "zero" | "error";
  readonly limits: Required<Limits>;
}

/** A variable; `container` is what a range took its value from, or undefined. */
export interface Variable {
  readonly name: string;
  value: unknown;
  container?: unknown;
}

/** Marks the absence of a value from the previous command of a pipeline. */
const nothing: unique symbol = Symbol("nothing");

/** The words of a command after the first, and what the command before it gave. */
interface Arguments {
  readonly nodes: readonly Operand[];
  readonly final: unknown;
}

const noArguments: Arguments = { nodes: [], final: nothing };

/**
 * Evaluates pipelines. It knows the place it is at, for errors, and the variables, innermost last.
 * An undefined value is "no value" (a missing key); null is a nil interface, of which no field may be asked.
 */
export class Evaluator {
  template: Template;
  node: Node | undefined;
  variables: Variable[] = [];
  /** What a range took the dot from, or undefined. */
  dotContainer: unknown;
  readonly budget: Budget;
  private readonly environment: Environment;

  constructor(template: Template, environment: Environment, shared: Budget | undefined) {
    this.template = template;
    this.budget = shared ?? new Budget(environment.limits, (message) => this.fail(message, "limit"));
    this.environment = environment;
  }

  /** The value of a pipeline, which its variables receive. */
  evaluatePipe(dot: unknown, pipe: PipeNode): unknown {
    this.node = pipe;
    let value: unknown = nothing;
    for (const command of pipe.commands) {
      this.budget.spend(1);
      value = this.evaluateCommand(dot, command, value);
      if (value === null) value = undefined;
    }
    for (const { name } of pipe.variables) {
      if (pipe.isAssign) this.setVariable(name, value);
      else this.variables.push({ name, value });
    }
    return value;
  }

  setVariable(name: string, value: unknown, container?: unknown): void {
    Object.assign(this.findVariable(name), { value, container });
  }

  fail(message: string, kind: TemplateErrorKind = "execute", cause?: unknown): never {
    const { name, source } = this.template;
    const place = this.node ? `${locate(source, this.node.pos)}: executing ${quoteGo(name)} at <${formatNode(this.node)}>` : name;
    throw new TemplateError(kind, `template: ${place}: ${message}`, { cause });
  }

  private evaluateCommand(dot: unknown, command: CommandNode, final: unknown): unknown {
    const [first] = command.args;
    const args: Arguments = { nodes: command.args.length === 1 ? noArguments.nodes : command.args.slice(1), final };
    switch (first.kind) {
      case "field":
        return this.evaluateField(dot, first, args);
      case "chain":
        return this.evaluateChain(dot, first, args);
      case "identifier":
        return this.evaluateFunction(dot, first, command, args);
      case "pipe":
        this.refuseArguments(first, args);
        return this.evaluatePipe(dot, first);
      case "variable":
        return this.evaluateVariable(dot, first, args);
      case "bool":
      case "dot":
      case "nil":
      case "number":
      case "string":
        this.node = first;
        this.refuseArguments(first, args);
        return first.kind === "nil" ? this.fail("nil is not a command") : this.evaluateWord(dot, first);
    }
  }

  private evaluateWord(dot: unknown, word: Operand): unknown {
    switch (word.kind) {
      case "bool":
        return word.value;
      case "dot":
        return dot;
      case "number":
        return this.numberValue(word);
      case "string":
        return word.text;
      case "nil":
        return undefined;
      case "field":
        return this.evaluateField(dot, word, noArguments);
      case "variable":
        return this.evaluateVariable(dot, word, noArguments);
      case "pipe":
        return this.evaluatePipe(dot, word);
      case "identifier":
        return this.evaluateFunction(dot, word, word, noArguments);
      case "chain":
        return this.evaluateChain(dot, word, noArguments);
    }
  }

  private numberValue(number: NumberNode): unknown {
    if (number.isFloat) return new GoFloat(number.float);
    if (typeof number.int === "bigint") return wideInt(number.int);
    return number.int ?? this.fail(`${number.text} overflows int`);
  }

  private evaluateField(dot: unknown, node: FieldNode, args: Arguments): unknown {
    this.node = node;
    return this.walkFields(dot, dot, node, node.fields, args, this.dotContainer);
  }

  private evaluateChain(dot: unknown, node: ChainNode, args: Arguments): unknown {
    this.node = node;
    if (node.operand.kind === "nil") this.fail(`indirection through explicit nil in ${formatNode(node)}`);
    this.node = node.operand;
    const receiver = this.evaluateWord(dot, node.operand);
    return this.walkFields(dot, receiver, node, node.fields, args);
  }

  private evaluateVariable(dot: unknown, node: VariableNode, args: Arguments): unknown {
    this.node = node;
    const { value, container } = this.findVariable(node.name);
    if (node.fields.length > 0) return this.walkFields(dot, value, node, node.fields, args, container);
    this.refuseArguments(node, args);
    return value;
  }

  /** Only the last field of a chain may take arguments. */
  private walkFields(
    dot: unknown,
    start: unknown,
    node: Operand,
    fields: readonly string[],
    args: Arguments,
    startContainer?: unknown,
  ): unknown {
    let receiver = start;
    let container = startContainer;
    fields.forEach((field, i) => {
      const value = this.evaluateMember(dot, receiver, field, node, i === fields.length - 1 ? args : noArguments, container);
      container = receiver;
      receiver = value;
    });
    return receiver;
  }

  /** `container` is what the receiver was taken from in this chain, or undefined. */
  private evaluateMember(dot: unknown, receiver: unknown, name: string, node: Operand, args: Arguments, container: unknown): unknown {
    if (receiver === undefined) {
      return this.environment.missingKey === "error" ? this.fail(`nil data; no entry for key ${quoteGo(name)}`) : undefined;
    }
    if (receiver === null) return this.fail(`nil pointer evaluating interface {}.${name}`);
    const spec = specOf(receiver);
    const method = spec?.methods && Object.hasOwn(spec.methods, name) ? spec.methods[name] : undefined;
    if (method) return this.call(dot, resolveFunction(method), name, node, args, receiver);
    const hasArguments = args.nodes.length > 0 || args.final !== nothing;
    if (spec?.fields && Object.hasOwn(spec.fields, name)) {
      if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`);
      return spec.fields[name](receiver) ?? null;
    }
    if (kindOf(receiver) === "map") {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`);
      return this.mapMember(receiver, name);
    }
    // Go names the static type, and what comes out of a collection of anything is an interface.
    const isInterface = container !== undefined && /^(?:map\[.*\]|\[\])interface \{\}$/.test(typeName(container));
    return this.fail(`can't evaluate field ${name} in type ${isInterface ? "interface {}" : typeName(receiver)}`);
  }

  private mapMember(map: unknown, key: string): unknown {
    const entry = mapEntry(map, key);
    if (entry.found) return entry.value ?? null;
    switch (this.environment.missingKey) {
      case "default":
        return undefined;
      case "zero":
        // All of the map is looked at.
        this.budget.spendOnArguments([map]);
        return zeroOf(map);
      case "error":
        return this.fail(`map has no entry for key ${quoteGo(key)}`);
    }
  }

  private evaluateFunction(dot: unknown, node: IdentifierNode, command: CommandNode | IdentifierNode, args: Arguments): unknown {
    this.node = node;
    const own = this.environment.funcs.get(node.name);
    if (own) return this.call(dot, resolveFunction(own), node.name, command, args);
    const builtin = builtins.get(node.name) ?? this.fail(`${quoteGo(node.name)} is not a defined function`);
    if (node.name === "and" || node.name === "or") return this.shortCircuit(dot, builtin.params.length - 1, node.name, args);
    if (node.name === "call") return this.callValue(dot, command, args);
    return this.call(dot, resolveFunction(builtin), node.name, command, args);
  }

  /** `and` and `or` evaluate no argument beyond the one that decides. */
  private shortCircuit(dot: unknown, minArguments: number, name: "and" | "or", { nodes, final }: Arguments): unknown {
    const count = nodes.length + (final === nothing ? 0 : 1);
    if (count < minArguments) this.fail(`wrong number of args for ${name}: want at least ${minArguments} got ${nodes.length}`);
    let value: unknown;
    for (const node of nodes) {
      value = this.evaluateArgument(dot, "value", node);
      if (isTrue(value) === (name === "or")) return value;
    }
    return final === nothing ? value : final;
  }

  /** The `call` function: its first argument is the function. */
  private callValue(dot: unknown, command: CommandNode | IdentifierNode, { nodes, final }: Arguments): unknown {
    if (nodes.length === 0 && final === nothing) this.fail("wrong number of args for call: want at least 1 got 0");
    const values = nodes.map((node) => this.evaluateArgument(dot, "value", node));
    if (final !== nothing) values.push(final);
    const [callee, ...args] = values;
    const name = nodes.length > 0 ? formatNode(nodes[0]) : valueName(callee);
    return this.guard("call", command, args, () => {
      if (kindOf(callee) === "invalid") throw new CallError("call of nil");
      if (kindOf(callee) !== "func") throw new CallError(`non-function ${name} of type ${typeName(callee)}`);
      const callable = resolveFunction(callee as TemplateFunction);
      callable.checkCount(args.length, (want) => new CallError(`wrong number of args for ${name}: got ${args.length} want ${want}`));
      const converted = args.map((arg, i) => calledArgument(arg, callable.typeAt(i), i));
      return callable.invoke(converted, this.budget);
    });
  }

  private call(dot: unknown, callable: Callable, name: string, node: Node, { nodes, final }: Arguments, receiver?: unknown): unknown {
    const count = nodes.length + (final === nothing ? 0 : 1);
    callable.checkCount(count, (want) =>
      this.fail(`wrong number of args for ${name}: want ${want} got ${want.startsWith("at least") ? nodes.length : count}`),
    );
    const values = nodes.map((arg, i) => this.evaluateArgument(dot, callable.typeAt(i), arg));
    if (final !== nothing) values.push(this.convert(final, callable.typeAt(nodes.length)));
    const all = receiver === undefined ? values : [receiver, ...values];
    return this.guard(name, node, all, () => callable.invoke(all, this.budget));
  }

  /** Runs a function; what it throws becomes an error at `node`. */
  private guard(name: string, node: Node, args: readonly unknown[], run: () => unknown): unknown {
    const inner = this.node;
    this.node = node;
    this.budget.spendOnArguments(args);
    let result: unknown;
    try {
      result = run();
    } catch (error) {
      if (this.budget.isExhausted) throw error;
      return this.fail(`error calling ${name}: ${thrownMessage(error)}`, "execute", error);
    }
    this.budget.spendOnResult(result);
    this.node = inner;
    return result;
  }

  private evaluateArgument(dot: unknown, type: string, node: Operand): unknown {
    this.node = node;
    switch (node.kind) {
      case "bool":
      case "number":
      case "string":
      case "nil":
        if (type === "any" || type === "value") return node.kind === "nil" && type === "any" ? null : this.evaluateWord(dot, node);
        return literalArgument(node, type, (message) => this.fail(message));
      case "dot":
      case "field":
      case "variable":
      case "pipe":
      case "identifier":
      case "chain":
        return this.convert(this.evaluateWord(dot, node), type);
    }
  }

  private convert(value: unknown, type: string): unknown {
    return convertArgument(value, type, (isNil, got) =>
      this.fail(isNil ? `invalid value; expected ${type}` : `wrong type for value; expected ${type}; got ${got}`),
    );
  }

  private refuseArguments(first: Operand, { nodes, final }: Arguments): void {
    if (nodes.length > 0 || final !== nothing) this.fail(`can't give argument to non-function ${formatNode(first)}`);
  }

  private findVariable(name: string): Variable {
    const last = this.variables.length - 1;
    let i = last;
    while (i >= 0 && this.variables[i].name !== name) i--;
    if (i < 0) return this.fail(`undefined variable: ${name}`);
    this.budget.spend(Math.floor((last - i) / VARIABLES_PER_STEP));
    return this.variables[i];
  }
}

/** So many variables that are passed over on the way to one are worth a step. */
const VARIABLES_PER_STEP = 32;

/** What `call` gives to a function: it is freer with integers, and strict about nil. */
function calledArgument(arg: unknown, type: string, index: number): unknown {
  if (type === "int" && kindOf(arg) === "int") return Number(intValue(arg));
  return convertArgument(arg ?? undefined, type, (isMissing, got) => {
    return new CallError(`arg ${index}: value ${isMissing ? `is nil; should be of type ${type}` : `has type ${got}; should be ${type}`}`);
  });
}

/** A literal is an int also where only a bigint can hold it. */
const wideInt = defineType<bigint>({ type: "int", underlying: (int) => int });

/** How Go's reflection names a value that a pipeline gave: a string by its text. */
function valueName(value: unknown): string {
  if (kindOf(value) === "string") return String(baseOf(value));
  return `<${kindOf(value) === "invalid" ? "invalid" : typeName(value)} Value>`;
}
