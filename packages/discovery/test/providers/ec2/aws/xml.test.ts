import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { childOf, createXmlReader, itemsAt, textAt, type XmlElement } from "../../../../src/providers/ec2/aws/xml.ts";

function read(text: string, pieceLength: number = text.length || 1): XmlElement {
  const reader = createXmlReader();
  for (let i = 0; i < text.length; i += pieceLength) reader.write(text.slice(i, i + pieceLength));
  return reader.end();
}

const DOCUMENT = `<?xml version="1.0" encoding="UTF-8"?>
<R xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><set>
  <item><name>a &amp; b&#33;</name><empty/></item>
  <item><name><![CDATA[<c>]]></name></item>
</set><nextToken/></R>`;

test.each([{ pieceLength: 1 }, { pieceLength: 7 }, { pieceLength: 10_000 }])(
  "a document in pieces of $pieceLength characters becomes elements and texts",
  ({ pieceLength }) => {
    const root = read(DOCUMENT, pieceLength);
    expect(root.name).toBe("R");
    expect(itemsAt(root, "set").map((item) => textAt(item, "name"))).toEqual(["a & b!", "<c>"]);
    expect(textAt(root, "nextToken")).toBe("");
    expect(childOf(root, "nextToken")).toBeDefined();
    expect(childOf(root, "none")).toBeUndefined();
    expect(textAt(root, "none", "deeper")).toBe("");
  },
);

test("items are handed on when they end, and not kept", () => {
  const names: string[] = [];
  const reader = createXmlReader({ path: ["R", "set", "item"], onItem: (item) => void names.push(textAt(item, "name")) });
  reader.write(DOCUMENT.slice(0, DOCUMENT.indexOf("</item>") + 7));
  expect(names).toEqual(["a & b!"]);
  reader.write(DOCUMENT.slice(DOCUMENT.indexOf("</item>") + 7));
  expect(itemsAt(reader.end(), "set")).toEqual([]);
  expect(names).toEqual(["a & b!", "<c>"]);
});

const BOMB = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><r>&b;</r>`;

test.each([
  { why: "a document type, and the entities that it brings", text: BOMB, said: "document type is not allowed" },
  { why: "an entity that XML doesn't have", text: "<r>&bomb;</r>", said: "undefined entity" },
  { why: "elements without end", text: "<r>".repeat(33), said: "nested more than 32 deep" },
  { why: "a document that is cut off", text: "<r><item>", said: "unclosed tag" },
  { why: "a tag that ends another", text: "<r><a></b></r>", said: "unexpected close tag" },
  { why: "no XML at all", text: "Service Unavailable", said: "text data outside of root node" },
  { why: "nothing", text: "", said: "document must contain a root element" },
])("refused: $why", ({ text, said }) => {
  expect(() => read(text)).toThrow(said);
});

test("whatever text comes, it is read or refused", () => {
  const piece = fc.constantFrom(
    "<a>",
    "</a>",
    "<b/>",
    "&amp;",
    "&#0;",
    "&x;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "text",
    "<!DOCTYPE a>",
    "<?x ?>",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      const whole = outcome(text, text.length || 1);
      expect(outcome(text, 1) === "refused").toBe(whole === "refused");
    }),
  );
});

function outcome(text: string, pieceLength: number): string {
  try {
    return JSON.stringify(read(text, pieceLength));
  } catch (error) {
    expect(error).toHaveProperty("message");
    return "refused";
  }
}
