/** Label values by name. Numbers are written as text; a label that is absent, undefined or "" is left out of the series. */
export type LabelValues<Name extends string> = Readonly<Partial<Record<Name, string | number | undefined>>>;

type Level<Child> = Map<string, Level<Child> | Child>;

/**
 * The children of a metric by their label values: one Map a label, so that looking a child up builds no string and no two value lists
 * can be mistaken for each other.
 */
export class Children<Name extends string, Child> {
  readonly labelNames: readonly Name[];
  private readonly create: () => Child;
  private root: Level<Child> = new Map();
  /** The child of a metric without labels. */
  private only: Child | undefined;

  constructor(labelNames: readonly Name[], create: () => Child) {
    this.labelNames = labelNames;
    this.create = create;
    this.clear();
  }

  /** The child of these values, in the order of `labelNames`; made when it is new. Throws when the count is wrong. */
  byValues(values: readonly (string | number | undefined)[]): Child {
    if (values.length !== this.labelNames.length) {
      throw new Error(
        `Invalid number of arguments (${values.length}): "${values.join(", ")}" for label names (${this.labelNames.length}): "${this.labelNames.join(", ")}".`,
      );
    }
    if (this.only !== undefined) return this.only;
    let level = this.root;
    const last = values.length - 1;
    for (let i = 0; i < last; i++) {
      const value = textOf(values[i]);
      let next = level.get(value) as Level<Child> | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(value, next);
      }
      level = next;
    }
    const value = textOf(values[last]);
    let child = level.get(value) as Child | undefined;
    if (child === undefined) {
      child = this.create();
      level.set(value, child);
    }
    return child;
  }

  /** The child of these labels, made when it is new. Throws when a label is not among `labelNames`. */
  byLabels(labels: LabelValues<Name>): Child {
    return this.byValues(this.valuesOf(labels));
  }

  /** The child without any label's value, made when it is new. */
  withoutLabels(): Child {
    return this.only ?? this.byValues(this.labelNames.map(() => undefined));
  }

  /** Forgets the child of these values or of this object of labels; does nothing when there is none. */
  remove(values: readonly (string | number | undefined)[]): void {
    if (this.only !== undefined) return this.clear();
    let level: Level<Child> | undefined = this.root;
    for (let i = 0; i < values.length - 1 && level !== undefined; i++) level = level.get(textOf(values[i])) as Level<Child> | undefined;
    level?.delete(textOf(values[values.length - 1]));
  }

  /** Forgets all children; a metric without labels has its one child, new, at once. */
  clear(): void {
    this.root = new Map();
    this.only = this.labelNames.length === 0 ? this.create() : undefined;
  }

  /** Calls `visit` for each child with its values in the order of `labelNames`. */
  forEach(visit: (values: readonly string[], child: Child) => void): void {
    if (this.only !== undefined) visit([], this.only);
    else this.visitLevel(this.root, [], visit);
  }

  /** An object of labels as values in the order of `labelNames`. */
  valuesOf(labels: LabelValues<Name>): (string | number | undefined)[] {
    for (const name in labels) {
      if (Object.hasOwn(labels, name) && !this.labelNames.includes(name)) {
        throw new Error(
          `Added label "${name}" is not included in initial labelset: [ ${this.labelNames.map((known) => `'${known}'`).join(", ")} ]`,
        );
      }
    }
    return this.labelNames.map((name) => (Object.hasOwn(labels, name) ? labels[name] : undefined));
  }

  private visitLevel(level: Level<Child>, values: string[], visit: (values: readonly string[], child: Child) => void): void {
    const isLast = values.length === this.labelNames.length - 1;
    for (const [value, next] of level) {
      if (isLast) visit([...values, value], next as Child);
      else this.visitLevel(next as Level<Child>, [...values, value], visit);
    }
  }
}

function textOf(value: string | number | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}
