import { expect, test } from "@jest/globals";
import { seriesName } from "../../ui/series-name.ts";

test.each<[metric: Record<string, string>, text: string, why: string]>([
  [{ __name__: "up" }, "up", "a name alone has no braces"],
  [{ __name__: "up", job: "a", instance: "b" }, 'up{job="a", instance="b"}', "labels follow in their order"],
  [{ job: "a" }, '{job="a"}', "without a name, braces are all there is"],
  [{}, "{}", "even around nothing"],
  [{ __name__: "up", path: 'C:\\"x"\n' }, 'up{path="C:\\\\\\"x\\"\\n"}', "values are escaped"],
  [{ __name__: "http.requests", job: "a" }, '{"http.requests", job="a"}', "a name that needs quotes stands inside"],
  [{ __name__: "job:up:sum", "service.name": "a" }, 'job:up:sum{"service.name"="a"}', "and so does a label's"],
])("%j is %s: %s", (metric, text) => {
  expect(seriesName(metric)).toBe(text);
});
