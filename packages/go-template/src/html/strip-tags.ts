import { isInTag, textContext, type Context } from "./context.ts";
import { attributeEnds, transitions } from "./transitions.ts";

/** The text of trusted HTML without its tags and comments, for use in an attribute. */
export function stripTags(html: string): string {
  let c: Context = textContext;
  let kept = "";
  let isAllText = true;
  let i = 0;
  while (i < html.length) {
    if (c.delim === "None") {
      const isBody = c.element !== "None" && !isInTag(c.state);
      const [next, length] = transitions[isBody ? "RCDATA" : c.state](c, html.slice(i));
      if (c.state === "Text" || c.state === "RCDATA") {
        const tag = next.state === c.state ? -1 : html.slice(i, i + length).lastIndexOf("<");
        kept += html.slice(i, tag < 0 ? i + length : i + tag);
      } else isAllText = false;
      c = next;
      i += length;
      continue;
    }
    const end = html.slice(i).search(attributeEnds[c.delim]);
    if (end < 0) break;
    i += end + (c.delim === "SpaceOrTagEnd" ? 0 : 1);
    c = { ...textContext, state: "Tag", element: c.element };
  }
  if (isAllText) return html;
  return c.state === "Text" || c.state === "RCDATA" ? kept + html.slice(i) : kept;
}
