/** What went wrong: the text, a field or call while executing, the context of an HTML action, or a limit. */
export type TemplateErrorKind = "parse" | "execute" | "escape" | "limit";

/** An error in a template or its execution; `message` is worded and located as Go's packages do. */
export class TemplateError extends Error {
  readonly kind: TemplateErrorKind;
  constructor(kind: TemplateErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TemplateError";
    this.kind = kind;
  }
}

/** Reports an error inside a function or escaper; the evaluator adds the place. */
export class CallError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CallError";
  }
}

/** The text of anything that was thrown, from whatever realm. */
export function thrownMessage(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) return String(thrown.message);
  return String(thrown);
}
