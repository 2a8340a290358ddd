/** Entities that stand for ASCII characters: the only ones that can move a context on. Source: the HTML standard. */
const asciiEntities: ReadonlyMap<string, string> = new Map(
  [
    "\t Tab",
    "\n NewLine",
    "! excl",
    '" quot QUOT',
    "# num",
    "$ dollar",
    "% percnt",
    "& amp AMP",
    "' apos",
    "( lpar",
    ") rpar",
    "* ast midast",
    "+ plus",
    ", comma",
    ". period",
    "/ sol",
    ": colon",
    "; semi",
    "< lt LT",
    "= equals",
    "> gt GT",
    "? quest",
    "@ commat",
    "[ lsqb lbrack",
    "\\ bsol",
    "] rsqb rbrack",
    "^ Hat",
    "_ lowbar UnderBar",
    "` grave DiacriticalGrave",
    "{ lcub lbrace",
    "| verbar vert VerticalLine",
    "} rcub rbrace",
  ].flatMap((line) =>
    line
      .slice(2)
      .split(" ")
      .map((name): [string, string] => [name, line[0]]),
  ),
);

/** Names that are understood without their semicolon. */
const bareEntities = /&(quot|QUOT|amp|AMP|lt|LT|gt|GT)/;

/** Resolves numeric entities and those for ASCII characters; others stay as they are. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&#[xX]([0-9a-fA-F]+);?|&#([0-9]+);?|&([A-Za-z]+);|&(?:quot|QUOT|amp|AMP|lt|LT|gt|GT)/g, decodeEntity);
}

function decodeEntity(entity: string, hex?: string, decimal?: string, name?: string): string {
  if (hex !== undefined || decimal !== undefined) {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : "\ufffd";
  }
  const known = asciiEntities.get(name ?? entity.slice(1));
  if (known !== undefined) return known;
  return entity.replace(bareEntities, (_, bare: string) => asciiEntities.get(bare) ?? "");
}
