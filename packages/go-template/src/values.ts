/**
 * A plain function that templates may call: any number of arguments, unchecked. What it throws ends the execution.
 * Arguments are template values (see `Kind`): a float64 may arrive as a number or as a `GoFloat`, nil arrives as null.
 */
export type PlainFunction = (...args: never[]) => unknown;

/** What a template calls: a plain function, or one with a declared signature (`goFunction`). */
export type TemplateFunction = PlainFunction | GoFunction;

/**
 * Describes one Go type to the evaluator. Only what is listed here can be reached from a template.
 * Without `underlying` the type is a struct; with it, it is a named map, slice, string or number.
 */
export interface TypeSpec<T> {
  /** The name as `%T` and error messages print it, such as `template.Alert`. */
  readonly type: string;
  /** Fields in declaration order, which is the order `%v` prints. */
  readonly fields?: Readonly<Record<string, (self: T) => unknown>>;
  /** Methods; the first argument is the value itself, which a `goFunction` does not list in its `params`. */
  readonly methods?: Readonly<Record<string, PlainFunction | GoFunction>>;
  /** The map, array, string, number or bigint that this type is a name for. */
  readonly underlying?: (self: T) => unknown;
  /** What a missing key of a named map gives when `missingKey` is "zero". Default: as for unnamed maps. */
  readonly zero?: unknown;
  /** How print, `%v` and `%s` show the value, as a `String` method does. */
  readonly text?: (self: T) => string;
  /** What a JavaScript context of an HTML template encodes, as a `MarshalJSON` method does. */
  readonly json?: (self: T) => unknown;
}

/** A value with a Go type of its own. A class of the data model extends it and answers its descriptor. */
export abstract class Typed {
  abstract goType(): TypeSpec<never>;
}

/** An object that `defineType` has wrapped. */
export class GoObject<T> extends Typed {
  readonly self: T;
  private readonly spec: TypeSpec<never>;
  private known: { readonly value: unknown } | undefined;
  constructor(self: T, spec: TypeSpec<never>) {
    super();
    this.self = self;
    this.spec = spec;
  }
  goType(): TypeSpec<never> {
    return this.spec;
  }
  /** What the type is a name for, found once: it may have to be made. */
  base(underlying: (self: T) => unknown): unknown {
    this.known ??= { value: underlying(this.self) };
    return this.known.value;
  }
}

/**
 * A function with a signature, checked as Go checks it. `params` are type names: `any`, `string`, `bool`, `int`,
 * `float64`, `time.Duration`, `[]…` (a slice of that; `[]any` takes every slice), `map` (any map) or the name of a `TypeSpec`; the last may start with `...`.
 * `int` and `float64` parameters receive plain numbers, `string` plain strings, `[]…` plain arrays or, for nil, null.
 */
export interface GoFunction {
  readonly params: readonly string[];
  /** Steps that a call is worth beyond what it reads and returns; see `Limits`. */
  readonly steps?: number;
  /** Whether `call` gets the execution's `Meter` before its arguments, to tell how much it does. */
  readonly isMetered?: boolean;
  /** With "float64" a returned number is a float even when it has no fraction. */
  readonly returns?: "float64" | undefined;
  readonly call: PlainFunction;
}

/** A float64 whose value may be integral. A bare JavaScript number without fraction is an `int` to templates. */
export class GoFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/**
 * How the evaluator sees a value. `invalid` is undefined ("no value", a missing key) or null (a nil interface);
 * a number is an int when it is an integer and a float otherwise; a bigint is an int; arrays are slices; `Map`s and
 * plain objects are maps; functions are funcs. Any other object is opaque: nothing of it can be reached.
 */
export type Kind = "invalid" | "bool" | "int" | "float" | "string" | "slice" | "map" | "struct" | "func" | "opaque";

/** Declares a type and returns the function that gives values to templates. */
export function defineType<T>(spec: TypeSpec<T>): (self: T) => GoObject<T> {
  const { underlying, text, json } = spec;
  const wrapped: TypeSpec<GoObject<T>> = {
    type: spec.type,
    fields: mapRecord(spec.fields, (read) => (object: GoObject<T>) => read(object.self)),
    methods: mapRecord(spec.methods, bindMethod),
    ...("zero" in spec && { zero: spec.zero }),
    ...(underlying && { underlying: (object: GoObject<T>) => object.base(underlying) }),
    ...(text && { text: (object: GoObject<T>) => text(object.self) }),
    ...(json && { json: (object: GoObject<T>) => json(object.self) }),
  };
  return (self) => new GoObject(self, wrapped as TypeSpec<never>);
}

/** A slice of anything, whatever its elements are: Go's type is not that of a slice of strings. */
export const anySlice: (items: readonly unknown[]) => GoObject<readonly unknown[]> = defineType<readonly unknown[]>({
  type: "[]interface {}",
  underlying: (items) => items,
});

/** A map of anything by texts, whatever its elements are. */
export const anyMap: (entries: ReadonlyMap<string, unknown>) => GoObject<ReadonlyMap<string, unknown>> = defineType<
  ReadonlyMap<string, unknown>
>({ type: "map[string]interface {}", underlying: (entries) => entries, zero: null });

/** What a pointer to a value is to templates: fields, methods and text are the value's, the type's name has a star. */
export function pointerTo(target: Typed): GoObject<Typed> {
  const { type, fields, methods, text, json } = target.goType() as TypeSpec<unknown>;
  return defineType<Typed>({
    type: `*${type}`,
    ...(fields && { fields }),
    ...(methods && { methods }),
    ...(text && { text }),
    ...(json && { json }),
  })(target);
}

/** What a pointer points to, or undefined for anything else. */
export function pointerTarget(value: unknown): Typed | undefined {
  return value instanceof GoObject && value.self instanceof Typed && value.goType().type.startsWith("*") ? value.self : undefined;
}

/** A one-off struct: `fields` in order, optional methods (their first argument is `fields`), type name and text. */
export function goStruct<T extends Readonly<Record<string, unknown>>>(
  fields: T,
  options: Partial<Pick<TypeSpec<T>, "type" | "methods" | "text">> = {},
): GoObject<T> {
  const readers = Object.keys(fields).map((name) => [name, (self: T) => self[name]] as const);
  return defineType<T>({ type: "struct", fields: Object.fromEntries(readers), ...options })(fields);
}

/** Declares a function with a checked signature. */
export function goFunction(signature: GoFunction): GoFunction {
  return signature;
}

/** A float64, also when `value` has no fraction. */
export function goFloat(value: number): GoFloat {
  return new GoFloat(value);
}

/** The type of a typed value, or undefined. */
export function specOf(value: unknown): TypeSpec<unknown> | undefined {
  return value instanceof Typed ? (value.goType() as TypeSpec<unknown>) : undefined;
}

/** The value below all names: the map of a named map, and the value itself for everything else. */
export function baseOf(value: unknown): unknown {
  let base = value;
  for (let spec = specOf(base); spec?.underlying; spec = specOf(base)) base = spec.underlying(base);
  return base;
}

/** Classifies a value, looking through type names. */
export function kindOf(value: unknown): Kind {
  const base = baseOf(value);
  switch (typeof base) {
    case "undefined":
      return "invalid";
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(base) ? "int" : "float";
    case "bigint":
      return "int";
    case "string":
      return "string";
    case "function":
      return "func";
    case "symbol":
      return "opaque";
    case "object":
      return objectKind(base);
  }
}

/** The number in a value of kind float. */
export function floatValue(value: unknown): number {
  const base = baseOf(value);
  return base instanceof GoFloat ? base.value : Number(base);
}

/** The number in a value of kind int; a bigint only when it is not a safe integer. */
export function intValue(value: unknown): number | bigint {
  const base = baseOf(value) as number | bigint;
  if (typeof base === "number") return base;
  return base >= BigInt(Number.MIN_SAFE_INTEGER) && base <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(base) : base;
}

/** The name of the value's type as Go prints it. Slices and maps of one scalar type are named after it. */
export function typeName(value: unknown): string {
  const spec = specOf(value);
  if (spec) return spec.type;
  switch (kindOf(value)) {
    case "invalid":
      return value === null ? "interface {}" : "<nil>";
    case "bool":
      return "bool";
    case "int":
      return typeof value === "bigint" ? "int64" : "int";
    case "float":
      return "float64";
    case "string":
      return "string";
    case "slice":
      return `[]${elementType(value as readonly unknown[])}`;
    case "map":
      return `map[string]${isStringMap(value) ? "string" : "interface {}"}`;
    case "struct":
      return "struct";
    case "func":
      return "func(...interface {}) interface {}";
    case "opaque":
      return "object";
  }
}

/** Whether a function carries a signature. */
export function isGoFunction(value: unknown): value is GoFunction {
  return typeof value === "object" && value !== null && "params" in value && "call" in value;
}

/** Whether an unnamed map counts as `map[string]string`: every value is a string, also when there is none. */
export function isStringMap(map: unknown): boolean {
  const values = isMap(map) ? [...map.values()] : Object.values(map as object);
  return values.every((value) => typeof value === "string");
}

/** Realm-safe test for `Map`. */
export function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === "[object Map]";
}

function objectKind(base: object | null): Kind {
  if (base === null) return "invalid";
  if (Array.isArray(base)) return "slice";
  if (base instanceof GoFloat) return "float";
  if (specOf(base)) return "struct";
  if (isMap(base)) return "map";
  if (isGoFunction(base)) return "func";
  const prototype: unknown = Object.getPrototypeOf(base);
  return prototype === null || Object.getPrototypeOf(prototype) === null ? "map" : "opaque";
}

function elementType(values: readonly unknown[]): string {
  if (values.length === 0) return "interface {}";
  const name = scalarName(values[0]);
  return name !== undefined && values.every((value) => scalarName(value) === name) ? name : "interface {}";
}

function scalarName(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "object" && !(value instanceof GoFloat)) return specOf(value)?.type;
  return typeof value === "function" ? undefined : typeName(value);
}

function mapRecord<A, B>(record: Readonly<Record<string, A>> | undefined, convert: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([name, value]) => [name, convert(value)]));
}

/** Methods are given the wrapper and pass on what is in it. */
function bindMethod(method: PlainFunction | GoFunction): GoFunction | PlainFunction {
  const call = (isGoFunction(method) ? method.call : method) as (...args: unknown[]) => unknown;
  const bound = (object: GoObject<unknown>, ...args: unknown[]): unknown => call(object.self, ...args);
  if (!isGoFunction(method)) return bound;
  const metered = (meter: unknown, object: GoObject<unknown>, ...args: unknown[]): unknown => call(meter, object.self, ...args);
  return { ...method, call: method.isMetered === true ? metered : bound };
}
