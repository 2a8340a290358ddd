import type { Annotations } from "@ferula/model";
import type { AnnotationExpectation, Expectation } from "../script/commands.ts";

/** What of the annotations is not as expected; undefined when all is. Messages end in the place in the text of the query, which is `expr`. */
export function compareAnnotations({ warnings, infos }: Expectation, annotations: Annotations, expr: string): string | undefined {
  const texts = annotations.texts(expr, 0);
  return compareKind("warning", warnings, texts.warnings) ?? compareKind("info", infos, texts.infos);
}

function compareKind(
  kind: string,
  { isDue, isForbidden, matches }: AnnotationExpectation,
  messages: readonly string[],
): string | undefined {
  if ((isDue || matches.length > 0) && messages.length === 0) return `expected ${kind} annotations, got none`;
  if (isForbidden && messages.length > 0) return `expected no ${kind} annotations, got ${messages.join("; ")}`;
  if (matches.length === 0) return undefined;
  const unmatched = matches.find((match) => !messages.some(match.matches));
  if (unmatched !== undefined)
    return `expected ${kind === "info" ? "an" : "a"} ${kind} matching ${JSON.stringify(unmatched.source)}, got ${messages.join("; ")}`;
  const unexpected = messages.find((message) => !matches.some((match) => match.matches(message)));
  return unexpected === undefined ? undefined : `unexpected ${kind}: ${unexpected}`;
}
