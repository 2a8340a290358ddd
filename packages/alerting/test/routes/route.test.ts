import { describe, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { parseMatchers } from "../../src/matchers/parse-matchers.ts";
import { formatGroupLabels, groupKeyOf, groupLabelsOf } from "../../src/routes/group-labels.ts";
import { buildRouteTree, matchRoutes, walkRoutes, type RouteDefinition } from "../../src/routes/route.ts";

type Options = Omit<Partial<RouteDefinition>, "matchers" | "routes">;
const node = (matchers: string, options: Options = {}, ...routes: RouteDefinition[]): RouteDefinition => ({
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  continues: false,
  ...options,
  matchers: parseMatchers(matchers),
  routes,
});

const tree = buildRouteTree(
  node(
    "",
    { receiver: "default", groupBy: ["alertname"], groupWaitMs: 1000 },
    node(
      'owner="team-A"',
      { receiver: "A", groupBy: ["foo", "bar"], groupWaitMs: 60_000, muteTimeIntervals: ["night"] },
      node('env="testing"', { receiver: "A-testing", groupBy: "all" }, node('x="1"', { groupBy: [] })),
      node('env="production"', { groupIntervalMs: 5000, repeatIntervalMs: 7000, continues: true }),
      node('env=~"produ.*",job=~".*"', { receiver: "A-prod-jobs" }),
    ),
    node('owner=~"^(?:team-(B|C))$"', { receiver: "BC" }),
    node('group_by="role"', { continues: true }, node('env="testing"', { receiver: "role-testing" })),
    node('group_by="role"', { receiver: "role-2" }),
  ),
);

describe("the nodes that take an alert", () => {
  test.each([
    [{}, ["default"]],
    [{ owner: "team-A" }, ["A"]],
    [{ owner: "team-A", env: "testing" }, ["A-testing"]],
    [{ owner: "team-A", env: "testing", x: "1" }, ["A-testing"]],
    [{ owner: "team-A", env: "production" }, ["A", "A-prod-jobs"]],
    [{ owner: "team-A", env: "production", job: "j" }, ["A", "A-prod-jobs"]],
    [{ owner: "team-B" }, ["BC"]],
    [{ owner: "xteam-B" }, ["default"]],
    [{ group_by: "role" }, ["default", "role-2"]],
    [{ group_by: "role", env: "testing" }, ["role-testing", "role-2"]],
  ] as const)("%j goes to %j", (labels, receivers) => {
    expect(matchRoutes(tree, labelsOf(labels)).map(({ receiver }) => receiver)).toEqual(receivers);
  });

  test("a root that refuses has none", () => {
    expect(matchRoutes(buildRouteTree(node('a="b"')), labelsOf({ a: "c" }))).toEqual([]);
  });
});

describe("what is inherited", () => {
  const [teamA, testing, x, production] = [...walkRoutes(tree)].slice(1);
  test.each([
    ["receiver", production.receiver, "A"],
    ["group_by", production.groupBy, ["foo", "bar"]],
    ["group_wait", production.groupWaitMs, 60_000],
    ["an interval of its own", production.groupIntervalMs, 5000],
    ["the default interval", teamA.groupIntervalMs, 300_000],
    ["the default repeat interval", teamA.repeatIntervalMs, 14_400_000],
    ["group by all", testing.groupBy, "all"],
    ["a list that is empty ends group by all", x.groupBy, []],
    ["mute intervals are not", production.muteTimeIntervals, []],
    ["mute intervals of its own", teamA.muteTimeIntervals, ["night"]],
  ])("%s", (_what, got, want) => {
    expect(got).toEqual(want);
  });
});

test("keys join the matchers, ids tell siblings apart", () => {
  expect([...walkRoutes(tree)].map(({ key, id }) => [key, id])).toEqual([
    ["{}", "{}"],
    ['{}/{owner="team-A"}', '{}/{owner="team-A"}/0'],
    ['{}/{owner="team-A"}/{env="testing"}', '{}/{owner="team-A"}/0/{env="testing"}/0'],
    ['{}/{owner="team-A"}/{env="testing"}/{x="1"}', '{}/{owner="team-A"}/0/{env="testing"}/0/{x="1"}/0'],
    ['{}/{owner="team-A"}/{env="production"}', '{}/{owner="team-A"}/0/{env="production"}/1'],
    ['{}/{owner="team-A"}/{env=~"produ.*",job=~".*"}', '{}/{owner="team-A"}/0/{env=~"produ.*",job=~".*"}/2'],
    ['{}/{owner=~"^(?:team-(B|C))$"}', '{}/{owner=~"^(?:team-(B|C))$"}/1'],
    ['{}/{group_by="role"}', '{}/{group_by="role"}/2'],
    ['{}/{group_by="role"}/{env="testing"}', '{}/{group_by="role"}/2/{env="testing"}/0'],
    ['{}/{group_by="role"}', '{}/{group_by="role"}/3'],
  ]);
});

test.each([
  [["alertname"], { alertname: "A", x: "y" }, '{}:{alertname="A"}'],
  [["b", "a", "missing"], { a: "1", b: "2" }, '{}:{a="1", b="2"}'],
  [[], { a: "1" }, "{}:{}"],
  ["all", { a: "1", b: 'quo"te\n' }, '{}:{a="1", b="quo\\"te\\n"}'],
  ["all", { a: "\u0001\u007f é🙂\u2028" }, '{}:{a="\\x01\\x7f é🙂\\u2028"}'],
] as const)("group by %j of %j has the key %s", (groupBy, labels, want) => {
  const route = buildRouteTree(node("", { groupBy }));
  const group = groupLabelsOf(route, labelsOf(labels));
  expect(groupKeyOf(route, group)).toBe(want);
  expect(want.endsWith(formatGroupLabels(group))).toBe(true);
});
