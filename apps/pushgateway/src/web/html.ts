import { escapeHtml } from "@ferula/http";

/** HTML that is escaped where it has to be. Only `html` makes it. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[];

/** A template whose values are escaped, unless they are HTML themselves; fit for text and for attributes in double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let out = texts[0];
  parts.forEach((part, i) => {
    out += render(part) + texts[i + 1];
  });
  return { html: out };
}

/** For a place in a template that stays empty. */
export const nothing: Html = { html: "" };

function render(part: Part): string {
  if (typeof part === "object") return "html" in part ? part.html : part.map((one) => one.html).join("");
  return escapeHtml(String(part));
}
