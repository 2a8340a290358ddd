/** What an attribute's value is. "unsafe" ones change how the page or a request is read, and are never computed. */
export type AttributeType = "plain" | "unsafe" | "url" | "css" | "html" | "js" | "srcset";

/**
 * The type of an attribute by its lower-case name, judged so that a doubtful one is treated as the more powerful.
 * Source: the attribute tables of HTML 5 and the %URI attributes of HTML 4.
 */
export function attributeType(name: string): AttributeType {
  let base = name;
  if (name.startsWith("data-")) base = name.slice(5);
  else if (name.includes(":")) {
    const colon = name.indexOf(":");
    if (name.slice(0, colon) === "xmlns") return "url";
    base = name.slice(colon + 1);
  }
  const known = knownTypes.get(base);
  if (known) return known;
  if (base.startsWith("on")) return "js";
  return /src|uri|url/.test(base) ? "url" : "plain";
}

const knownTypes: ReadonlyMap<string, AttributeType> = new Map<string, AttributeType>([
  ...typed(
    "plain",
    "accept alt autocomplete autofocus autoplay border checked class cols colspan contenteditable contextmenu controls coords",
    "datetime default dir dirname disabled draggable dropzone for formtarget headers height hidden high hreflang id ismap kind",
    "label lang list loop low max maxlength media mediagroup min multiple name open optimum placeholder preload pubdate radiogroup",
    "readonly required reversed rows rowspan spellcheck scope scoped seamless selected shape size sizes span srclang start step",
    "tabindex target title width wrap",
  ),
  ...typed(
    "unsafe",
    "accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod formnovalidate",
    "http-equiv keytype language method novalidate pattern rel sandbox type value",
  ),
  ...typed(
    "url",
    "action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns",
  ),
  ...typed("css", "style"),
  ...typed("html", "srcdoc"),
  ...typed("srcset", "srcset"),
]);

function typed(type: AttributeType, ...lists: readonly string[]): [string, AttributeType][] {
  return lists.flatMap((list) => list.split(" ")).map((name) => [name, type]);
}
