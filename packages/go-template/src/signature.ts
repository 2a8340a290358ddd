import { type BoolNode, formatNode, type NilNode, type NumberNode, type StringNode } from "./ast.ts";
import { GoDuration } from "./go-duration.ts";
import type { Meter } from "./meter.ts";
import {
  baseOf,
  floatValue,
  GoFloat,
  type GoFunction,
  intValue,
  isGoFunction,
  kindOf,
  pointerTarget,
  specOf,
  type PlainFunction,
  type TemplateFunction,
  typeName,
} from "./values.ts";

/** A function ready to be called with checked arguments. */
export interface Callable {
  /** The type of the i-th argument. */
  readonly typeAt: (index: number) => string;
  /** Calls `refuse` with what is wanted ("2", "at least 1") when the number of arguments is wrong. */
  readonly checkCount: (count: number, refuse: (want: string) => unknown) => void;
  readonly invoke: (args: readonly unknown[], meter: Meter) => unknown;
}

/** Prepares a function, once; a plain one takes any arguments. */
export function resolveFunction(fn: TemplateFunction): Callable {
  const known = callables.get(fn);
  if (known) return known;
  const callable = isGoFunction(fn) ? checkedCallable(fn) : plainCallable(fn);
  callables.set(fn, callable);
  return callable;
}

const callables = new WeakMap<TemplateFunction, Callable>();

function plainCallable(fn: PlainFunction): Callable {
  return { typeAt: () => "any", checkCount: () => undefined, invoke: (args) => invoke(fn, args) };
}

function checkedCallable(fn: GoFunction): Callable {
  const { params } = fn;
  const rest = params.at(-1)?.startsWith("...") ? params[params.length - 1].slice(3) : undefined;
  const fixed = rest === undefined ? params.length : params.length - 1;
  return {
    typeAt: (index) => (index < fixed ? params[index] : (rest ?? "any")),
    checkCount: (count, refuse) => {
      if (rest === undefined ? count === fixed : count >= fixed) return;
      const thrown = refuse(rest === undefined ? String(fixed) : `at least ${fixed}`);
      throw thrown;
    },
    invoke: (args, meter) => {
      if (fn.steps !== undefined) meter.spend(fn.steps);
      const result = invoke(fn.call, fn.isMetered === true ? [meter, ...args] : args);
      return fn.returns === "float64" && typeof result === "number" ? new GoFloat(result) : result;
    },
  };
}

/**
 * Checks a value against a parameter's type and gives what the function receives.
 * `refuse` is called with whether the value is missing, and with its type; what it returns is thrown.
 */
export function convertArgument(value: unknown, type: string, refuse: (isMissing: boolean, got: string) => unknown): unknown {
  if (type === "value") return value;
  if (type === "any") return value ?? null;
  const isNilable = type.startsWith("[]") || type.startsWith("map");
  if (value === undefined) {
    if (isNilable) return null;
    const thrown = refuse(true, "<nil>");
    throw thrown;
  }
  if (typeMatches(value, type)) return unwrapped(value, type);
  const target = pointerTarget(value);
  if (target !== undefined && typeMatches(target, type)) return unwrapped(target, type);
  const thrown = refuse(false, typeName(value));
  throw thrown;
}

/** Gives a literal to a parameter that is not `any`; `refuse` throws. */
export function literalArgument(
  node: BoolNode | NumberNode | StringNode | NilNode,
  type: string,
  refuse: (message: string) => never,
): unknown {
  if (node.kind === "nil") {
    return type.startsWith("[]") || type.startsWith("map") ? null : refuse(`cannot assign nil to ${type}`);
  }
  switch (type) {
    case "bool":
      return node.kind === "bool" ? node.value : refuse(`expected bool; found ${formatNode(node)}`);
    case "string":
      return node.kind === "string" ? node.text : refuse(`expected string; found ${formatNode(node)}`);
    case "int":
      return node.kind === "number" && node.int !== undefined ? Number(node.int) : refuse(`expected integer; found ${formatNode(node)}`);
    case "float64":
      return node.kind === "number" ? node.float : refuse(`expected float; found ${formatNode(node)}`);
    case "time.Duration":
      return node.kind === "number" && node.int !== undefined
        ? new GoDuration(BigInt(node.int))
        : refuse(`expected integer; found ${formatNode(node)}`);
    default:
      return refuse(`can't handle ${formatNode(node)} for arg of type ${type}`);
  }
}

/** Of a slice the elements are looked at: an empty one fits every type. */
function typeMatches(value: unknown, type: string): boolean {
  if (type === "map") return kindOf(value) === "map";
  if (type.startsWith("[]")) {
    if (kindOf(value) !== "slice") return false;
    const declared = specOf(value)?.type;
    if (declared?.startsWith("[]") === true) return declared === type || type === "[]any";
    const items = baseOf(value) as readonly unknown[];
    return items.length === 0 || type === "[]any" || typeName(items) === type;
  }
  return typeName(value) === type;
}

function unwrapped(value: unknown, type: string): unknown {
  if (type === "float64") return floatValue(value);
  if (type === "int") return Number(intValue(value));
  return type === "string" || type === "bool" || type.startsWith("[]") ? baseOf(value) : value;
}

function invoke(fn: unknown, args: readonly unknown[]): unknown {
  return (fn as (...args: readonly unknown[]) => unknown)(...args);
}
