import { expect, test } from "@jest/globals";
import { instantParams, rangeParams } from "../../src/plan/params.ts";
import { planQuery } from "../../src/plan/plan.ts";
import { isBrief } from "../../src/worker/run-here.ts";

test.each([
  { text: "up", want: true, why: "it reads newest samples" },
  { text: "sum by (job) (up == 1)", want: true, why: "what is made of them is no more than they are" },
  { text: "1 + 1", want: true, why: "it reads nothing" },
  { text: "rate(up[5m])", want: true, why: "of a range as many samples are decoded as whoever opens its series allows" },
  { text: "max_over_time(vector(1)[1y:1ms])", want: false, why: "a subquery has many steps" },
  { text: 'label_replace(up, "a", "$1$1", "job", "(.*)")', want: false, why: "labels may grow out of all proportion" },
  { text: 'label_join(up, "a", "", "job", "job")', want: false, why: "labels may grow by being joined" },
  { text: `up${" + up".repeat(60)}`, want: false, why: "a long text may do much with a few series" },
])("of an instant query: $why", ({ text, want }) => {
  expect(isBrief(planQuery(text, instantParams(0)))).toBe(want);
});

test("a range query is not brief", () => {
  expect(isBrief(planQuery("up", rangeParams(0, 60_000, 15_000)))).toBe(false);
});
