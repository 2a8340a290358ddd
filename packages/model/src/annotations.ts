/** How many annotations of a kind an answer lists; the rest are counted. */
const DEFAULT_LIMIT = 10;

/** What an evaluation has to say besides its result: a warning says the result may be wrong, an info that it may not be what was meant. */
export type AnnotationKind = "warning" | "info";

/** A stretch of a query's text, as UTF-16 indexes; `end` is the first index after it. */
export interface AnnotationRange {
  readonly start: number;
  readonly end: number;
}

/** The texts of an answer's `warnings` and `infos`. */
export interface AnnotationTexts {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** One annotation: `range` is the element of the query that it is about; without one, no place is printed. */
interface Annotation {
  readonly kind: AnnotationKind;
  readonly message: string;
  readonly range: AnnotationRange | undefined;
}

/**
 * Collects annotations. The same message counts once, whatever it is about, as upstream counts (util/annotations/annotations.go); the
 * place reported is then the latest.
 */
export class Annotations {
  private readonly byMessage: Map<string, Annotation> = new Map();

  /** Adds a warning. PromQL's begin with `PromQL warning: `, as the caller writes. */
  addWarning(message: string, range?: AnnotationRange): void {
    this.byMessage.set(message, { kind: "warning", message, range });
  }

  /** Adds an info. PromQL's begin with `PromQL info: `, as the caller writes. */
  addInfo(message: string, range?: AnnotationRange): void {
    this.byMessage.set(message, { kind: "info", message, range });
  }

  /** Adds all of `other`'s annotations. */
  merge(other: Annotations): void {
    for (const [message, annotation] of other.byMessage) this.byMessage.set(message, annotation);
  }

  /** Whether nothing was added. */
  get isEmpty(): boolean {
    return this.byMessage.size === 0;
  }

  /** The messages without places, of one kind, in the order they came. */
  messages(kind: AnnotationKind): string[] {
    return this.ofKind(kind).map(({ message }) => message);
  }

  /**
   * The texts for an answer about `query`: places are appended as ` (line:column)`, counted from 1; of each kind at most `limit` are
   * listed (0 is no limit), then `N more warning annotations omitted`.
   */
  texts(query: string, limit: number = DEFAULT_LIMIT): AnnotationTexts {
    return { warnings: this.textsOfKind("warning", query, limit), infos: this.textsOfKind("info", query, limit) };
  }

  private ofKind(kind: AnnotationKind): Annotation[] {
    return [...this.byMessage.values()].filter((annotation) => annotation.kind === kind);
  }

  private textsOfKind(kind: AnnotationKind, query: string, limit: number): string[] {
    const all = this.ofKind(kind);
    const listed = limit === 0 ? all : all.slice(0, limit);
    const texts = listed.map(({ message, range }) =>
      range === undefined || query === "" ? message : `${message} (${place(query, range.start)})`,
    );
    if (all.length > listed.length) texts.push(`${all.length - listed.length} more ${kind} annotations omitted`);
    return texts;
  }
}

/** The line and column of `position`, in bytes of UTF-8 as upstream counts columns. */
function place(query: string, position: number): string {
  if (position > query.length) return "unknown position";
  const before = query.slice(0, position);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return `${line}:${new TextEncoder().encode(before.slice(lineStart)).length + 1}`;
}
