import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { createAnswerReader } from "../../../../src/providers/ec2/aws/answer-reader.ts";
import { itemsAt, textAt } from "../../../../src/providers/ec2/aws/xml.ts";

const encoder = new TextEncoder();

function reader(status: number, onItem?: (name: string) => void) {
  const items = onItem && { path: ["r", "set", "item"], onItem: (item: Parameters<typeof textAt>[0]) => onItem(textAt(item, "name")) };
  const made = createAnswerReader("Post x: Do", items);
  made.begin(status);
  return made;
}

test("a character that is cut in two between pieces is whole again", async () => {
  const { take, end } = reader(200);
  for (const byte of encoder.encode("<r><set><item><name>grün €</name></item></set></r>")) take(Uint8Array.of(byte));
  expect(itemsAt(await end(), "set").map((item) => textAt(item, "name"))).toEqual(["grün €"]);
});

test("a piece is only valid while it is taken", async () => {
  const { take, end } = reader(200);
  const bytes = encoder.encode("<r><name>kept</name></r>");
  take(bytes);
  bytes.fill(0);
  expect(textAt(await end(), "name")).toBe("kept");
});

test("items wait for another turn of the loop, so that a long answer gives way to others", async () => {
  const names: string[] = [];
  const { take, end } = reader(200, (name) => names.push(name));
  take(encoder.encode("<r><set><item><name>a</name></item>"));
  expect(names).toEqual([]);
  await eventually(() => expect(names).toEqual(["a"]));
  take(encoder.encode("<item><name>b</name></item></set></r>"));
  await end();
  expect(names).toEqual(["a", "b"]);
});

test("what is no XML ends the answer, however much of it is still to come", async () => {
  const { take, end } = reader(200);
  take(encoder.encode("<r></x>"));
  await eventually(() =>
    expect(() => take(encoder.encode("more"))).toThrow("Post x: Do: cannot read the answer: 1:7: unexpected close tag"),
  );
  await expect(end()).rejects.toThrow("cannot read the answer");
});

test.each([
  {
    why: "as EC2 words it",
    body: "<Response><Errors><Error><Code>AuthFailure</Code><Message>no &amp; no</Message></Error></Errors></Response>",
    code: "AuthFailure",
    said: "Post x: Do: Unexpected response code: 403 (api error AuthFailure: no & no)",
  },
  {
    why: "as other services word it",
    body: "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    code: "AccessDenied",
    said: "Post x: Do: Unexpected response code: 403 (api error AccessDenied: no)",
  },
  {
    why: "of someone else",
    body: " Forbidden by proxy\n",
    code: "",
    said: "Post x: Do: Unexpected response code: 403 (Forbidden by proxy)",
  },
  { why: "without end", body: "x".repeat(1 << 20), code: "", said: `Post x: Do: Unexpected response code: 403 (${"x".repeat(1024)})` },
  { why: "without a word", body: "", code: "", said: "Post x: Do: Unexpected response code: 403 ()" },
])("a refusal $why", async ({ body, code, said }) => {
  const { take, end } = reader(403);
  const bytes = encoder.encode(body);
  for (let i = 0; i < bytes.length; i += 4096) take(bytes.subarray(i, i + 4096));
  await expect(end()).rejects.toMatchObject({ name: "AwsError", code, status: 403, message: said });
});
