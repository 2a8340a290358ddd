import { describe, expect, test } from "@jest/globals";
import { start, type Running } from "../support.ts";

const SILENCES = "/api/v2/silences";
const later = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

const draft = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  matchers: [{ name: "job", value: "a.*", isRegex: true, isEqual: true }],
  startsAt: later(-1),
  endsAt: later(60),
  createdBy: "me",
  comment: "why",
  ...more,
});

async function create(alertmanager: Running, more?: Readonly<Record<string, unknown>>): Promise<string> {
  return (await alertmanager.ask("POST", SILENCES, draft(more))).json.silenceID;
}

describe("a silence", () => {
  test("is made, shown, changed and expired", async () => {
    const alertmanager = await start();
    const id = await create(alertmanager);
    const { json } = await alertmanager.ask("GET", `/api/v2/silence/${id}`);
    expect(json).toEqual({
      id,
      status: { state: "active" },
      updatedAt: expect.stringMatching(/\.\d{3}Z$/),
      comment: "why",
      createdBy: "me",
      endsAt: expect.stringMatching(/\.\d{3}Z$/),
      matchers: [{ name: "job", value: "a.*", isRegex: true, isEqual: true }],
      startsAt: expect.stringMatching(/\.\d{3}Z$/),
    });
    const changed = await alertmanager.ask("POST", SILENCES, { ...json, comment: "because", endsAt: later(120) });
    expect(changed.json).toEqual({ silenceID: id });
    expect((await alertmanager.ask("GET", `/api/v2/silence/${id}`)).json.comment).toBe("because");

    expect(await alertmanager.ask("DELETE", `/api/v2/silence/${id}`)).toMatchObject({ status: 200, text: "" });
    expect((await alertmanager.ask("GET", `/api/v2/silence/${id}`)).json.status).toEqual({ state: "expired" });
    expect((await alertmanager.ask("DELETE", `/api/v2/silence/${id}`)).status).toBe(200);
  });

  test("of other matchers is another one, and the old one ends", async () => {
    const alertmanager = await start();
    const id = await create(alertmanager);
    const other = await create(alertmanager, { id, matchers: [{ name: "job", value: "b", isRegex: false }] });
    expect(other).not.toBe(id);
    expect((await alertmanager.ask("GET", `/api/v2/silence/${id}`)).json.status.state).toBe("expired");
    expect((await alertmanager.ask("GET", `/api/v2/silence/${other}`)).json.matchers[0].isEqual).toBe(true);
  });

  test("with annotations keeps them", async () => {
    const alertmanager = await start();
    const id = await create(alertmanager, { annotations: { ticket: "1" } });
    expect((await alertmanager.ask("GET", `/api/v2/silence/${id}`)).json.annotations).toEqual({ ticket: "1" });
  });

  test.each([
    { id: "nope", status: 422, want: { code: 601 } },
    { id: "00000000-0000-4000-8000-000000000000", status: 404, want: undefined },
  ])("that is asked for as $id is $status", async ({ id, status, want }) => {
    const alertmanager = await start();
    for (const method of ["GET", "DELETE"]) {
      const answer = await alertmanager.ask(method, `/api/v2/silence/${id}`);
      expect(answer.status).toBe(status);
      if (want === undefined) expect(answer.text).toBe("");
      else expect(answer.json).toMatchObject(want);
    }
  });

  test.each([
    { more: { id: "00000000-0000-4000-8000-000000000000" }, status: 404, want: "silence not found", why: "nobody has" },
    {
      more: { startsAt: later(60), endsAt: later(60) },
      status: 400,
      want: "Failed to create silence: start time must be before end time",
      why: "an end that is no later",
    },
    {
      more: { startsAt: later(-60), endsAt: later(-30) },
      status: 400,
      want: "Failed to create silence: end time can't be in the past",
      why: "an end in the past",
    },
    {
      more: { matchers: [{ name: "a", value: "(", isRegex: true }] },
      status: 400,
      want: expect.stringContaining('invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": '),
      why: "a broken expression",
    },
    {
      more: { matchers: [{ name: "a", value: "", isRegex: false }] },
      status: 400,
      want: expect.any(String),
      why: "matchers that match the empty label set",
    },
    {
      more: { matchers: [] },
      status: 422,
      want: { code: 612, message: "matchers in body should have at least 1 items" },
      why: "no matchers",
    },
    { more: { matchers: undefined }, status: 422, want: { code: 602 }, why: "matchers that are left out" },
    {
      more: { matchers: [{ name: "a", value: "b" }] },
      status: 422,
      want: { code: 602, message: "matchers.0.isRegex in body is required" },
      why: "a matcher without isRegex",
    },
    { more: { matchers: [{ name: "a", value: "b", isRegex: "yes" }] }, status: 400, want: { code: 400 }, why: "isRegex of another type" },
    {
      more: { matchers: [{ name: "a", value: "b", isRegex: true, isEqual: "no" }] },
      status: 400,
      want: { code: 400 },
      why: "isEqual of another type",
    },
    { more: { comment: undefined }, status: 422, want: { code: 602, message: "comment in body is required" }, why: "no comment" },
    { more: { endsAt: "tomorrow" }, status: 400, want: { code: 400 }, why: "a time that is none" },
    {
      more: { id: 7 },
      status: 400,
      want: {
        code: 400,
        message: 'parsing silence body from "" failed, because json: cannot unmarshal number into Go struct field .id of type string',
      },
      why: "an id that is no text",
    },
    { more: { startsAt: null }, status: 422, want: { code: 602, message: "startsAt in body is required" }, why: "a start that is null" },
    { more: { matchers: [null] }, status: 400, want: { code: 400 }, why: "a matcher that is null" },
    { more: { matchers: {} }, status: 400, want: { code: 400 }, why: "matchers that are no list" },
    {
      more: { comment: null, matchers: [] },
      status: 422,
      want: { message: "comment in body is required", code: 602 },
      why: "two mistakes",
    },
  ])("with $why is refused", async ({ more, status, want }) => {
    const alertmanager = await start();
    const answer = await alertmanager.ask("POST", SILENCES, draft(more));
    expect(answer.status).toBe(status);
    if (typeof want === "object" && want !== null && "code" in want) expect(answer.json).toMatchObject(want);
    else expect(answer.json).toEqual(want);
    expect((await alertmanager.ask("GET", SILENCES)).json).toEqual([]);
  });
});

test.each([
  ["", 422, "silence in body is required"],
  ["null", 422, "comment in body is required"],
  ["[]", 400, 'parsing silence body from "" failed, because json: cannot unmarshal array into Go value of type models.PostableSilence'],
])("the body %j is refused", async (body, status, message) => {
  expect(await (await start()).ask("POST", SILENCES, body)).toMatchObject({ status, json: { message } });
});

test.each([
  { startsAt: "0001-01-01T00:00:00Z" },
  { matchers: [{ name: "a", value: "b", isRegex: false, isEqual: false }] },
  { comment: "" },
])("a silence with %j is taken", async (more) => {
  const alertmanager = await start();
  expect((await alertmanager.ask("GET", `/api/v2/silence/${await create(alertmanager, more)}`)).json.status.state).toBe("active");
});

test("silences are listed active first, and chosen by state and by exactly their matchers", async () => {
  const alertmanager = await start();
  const long = await create(alertmanager, { endsAt: later(600) });
  const short = await create(alertmanager, { endsAt: later(60), matchers: [{ name: "x", value: "y", isRegex: false }] });
  const pending = await create(alertmanager, { startsAt: later(30) });
  const expired = await create(alertmanager);
  await alertmanager.ask("DELETE", `/api/v2/silence/${expired}`);
  const ids = async (query: string): Promise<readonly string[]> =>
    (await alertmanager.ask("GET", `${SILENCES}?${query}`)).json.map(({ id }: { id: string }) => id);
  expect(await ids("")).toEqual([short, long, pending, expired]);
  expect(await ids("expired=false")).toEqual([short, long, pending]);
  expect(await ids("active=false&expired=false")).toEqual([pending]);
  expect(await ids('filter=x="y"')).toEqual([short]);
  expect(await ids("filter=job=~%22a.*%22&pending=0&expired=0")).toEqual([long]);
  expect(await ids('filter=job="ab"')).toEqual([]);
  expect((await alertmanager.ask("GET", `${SILENCES}?filter=%21`)).status).toBe(400);
  expect((await alertmanager.ask("GET", "/metrics")).text).toContain('alertmanager_silences{state="active"} 2');
});

test("a silence is no larger than the limit lets", async () => {
  const alertmanager = await start(undefined, ["--silences.max-silence-size-bytes=300"]);
  await create(alertmanager);
  const { status, json } = await alertmanager.ask("POST", SILENCES, draft({ comment: "x".repeat(300) }));
  expect(status).toBe(400);
  expect(json).toContain("limit: 300 bytes");
});

test("there are no more silences than the limit lets", async () => {
  const alertmanager = await start(undefined, ["--silences.max-silences=1"]);
  await create(alertmanager);
  const { status, json } = await alertmanager.ask("POST", SILENCES, draft());
  expect(status).toBe(400);
  expect(json).toContain("limit: 1");
});
