import { Typed, type TypeSpec } from "./values.ts";

/** What a piece of trusted text is, and so in which contexts of an HTML template it passes unescaped. */
export type ContentKind = "HTML" | "HTMLAttr" | "URL" | "JS" | "JSStr" | "CSS" | "Srcset";

/** Trusted text. To text templates it is an ordinary named string. */
export class SafeContent extends Typed {
  readonly kind: ContentKind;
  readonly text: string;
  constructor(kind: ContentKind, text: string) {
    super();
    this.kind = kind;
    this.text = text;
  }
  goType(): TypeSpec<never> {
    return specs[this.kind];
  }
}

const specs: Readonly<Record<ContentKind, TypeSpec<never>>> = {
  HTML: contentSpec("HTML"),
  HTMLAttr: contentSpec("HTMLAttr"),
  URL: contentSpec("URL"),
  JS: contentSpec("JS"),
  JSStr: contentSpec("JSStr"),
  CSS: contentSpec("CSS"),
  Srcset: contentSpec("Srcset"),
};

/** A fragment of HTML from a trusted source: copied as is into HTML text. */
export function safeHtml(text: string): SafeContent {
  return new SafeContent("HTML", text);
}

/** A URL from a trusted source: its scheme is not filtered. */
export function safeUrl(text: string): SafeContent {
  return new SafeContent("URL", text);
}

/** A JavaScript expression from a trusted source. */
export function safeJs(text: string): SafeContent {
  return new SafeContent("JS", text);
}

/** CSS from a trusted source. */
export function safeCss(text: string): SafeContent {
  return new SafeContent("CSS", text);
}

function contentSpec(kind: ContentKind): TypeSpec<never> {
  return { type: `template.${kind}`, underlying: (self: SafeContent) => self.text } as TypeSpec<never>;
}
