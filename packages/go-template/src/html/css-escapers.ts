import { type Content, FILTERED } from "./content.ts";

/** Escapes what is special in CSS and HTML for a CSS string. */
export function cssEscaper({ text }: Content): string {
  return text.replace(/[\0\t\n\f\r"&'()+/:;<>\\{}]/g, (char, at: number) => {
    if (char === "\\") return "\\\\";
    const next = text[at + 1];
    // A hexadecimal escape swallows one space, which keeps it apart from a following digit.
    const separator = next === undefined || /[0-9a-fA-F\t\n\f\r ]/.test(next) ? " " : "";
    return `\\${char.charCodeAt(0).toString(16)}${separator}`;
  });
}

/** Lets innocuous values through: quantities, colours, keywords, names. */
export function cssValueFilter({ text, kind }: Content): string {
  if (kind === "CSS") return text;
  const value = decodeCss(text);
  if (/[\0"'()/;@[\\\]`{}<>]|--/.test(value)) return FILTERED;
  const name = value.replace(/[^-_a-zA-Z0-9]/g, "").toLowerCase();
  return name.includes("expression") || name.includes("mozbinding") ? FILTERED : value;
}

/** Resolves the escapes of CSS. */
export function decodeCss(text: string): string {
  return text.replace(
    /\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|([\s\S])|$)/gu,
    (_, hex: string | undefined, char: string | undefined) => {
      if (hex === undefined) return char ?? "";
      const code = Number.parseInt(hex, 16);
      // Six digits can name more than there is; the last then stands for itself.
      if (code > 0x10ffff) return String.fromCodePoint(code >> 4) + hex.slice(-1);
      return code >= 0xd800 && code <= 0xdfff ? "\ufffd" : String.fromCodePoint(code);
    },
  );
}
