import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { labelValue } from "@ferula/model";
import { serviceTarget } from "../../../src/providers/consul/service-targets.ts";

const target = (item: unknown, tagSeparator: string = ",") => serviceTarget(tagSeparator)(item, "[0]");

function check(Status: string, CheckID: string = "web") {
  return { CheckID, Status };
}

test.each([
  { why: "no checks pass", checks: [], want: "passing" },
  { why: "passing checks pass", checks: [check("passing"), check("passing")], want: "passing" },
  { why: "one warning is worse", checks: [check("passing"), check("warning")], want: "warning" },
  { why: "critical is worse than a warning", checks: [check("critical"), check("warning")], want: "critical" },
  { why: "a node under maintenance is worst", checks: [check("critical"), check("critical", "_node_maintenance")], want: "maintenance" },
  { why: "so is a service", checks: [check("critical", "_service_maintenance:web")], want: "maintenance" },
  { why: "a status that Consul doesn't have is none", checks: [check("any"), check("passing")], want: "" },
])("health: $why", ({ checks, want }) => {
  const labels = target({ Checks: checks });
  expect(labelValue(labels, "__meta_consul_health")).toBe(want);
});

test.each([
  { why: "the service's own address comes first", service: { Address: "10.0.0.9", Port: 80 }, want: "10.0.0.9:80" },
  { why: "without one, the node's", service: { Address: "", Port: 80 }, want: "1.1.1.1:80" },
  { why: "an address of IPv6 in brackets", service: { Address: "fd00::1", Port: 80 }, want: "[fd00::1]:80" },
  { why: "a port may be missing", service: {}, want: "1.1.1.1:0" },
])("address: $why", ({ service, want }) => {
  const labels = target({ Node: { Address: "1.1.1.1" }, Service: service });
  expect(labelValue(labels, "__address__")).toBe(want);
});

test("tags are wrapped in their separator, even when there are none", () => {
  expect(labelValue(target({ Service: { Tags: ["a", "b"] } }, "|"), "__meta_consul_tags")).toBe("|a|b|");
  expect(labelValue(target({ Service: { Tags: null } }, "|"), "__meta_consul_tags")).toBe("||");
});

test("namespace and partition of Consul Enterprise are labels", () => {
  const labels = target({ Service: { Namespace: "ns1", Partition: "part1" } });
  expect(labelValue(labels, "__meta_consul_namespace")).toBe("ns1");
  expect(labelValue(labels, "__meta_consul_partition")).toBe("part1");
});

test.each([
  { item: 7, said: "[0] must be an object, not 7" },
  { item: { Service: { Tags: [1] } }, said: "[0].Service.Tags[0] must be a string, not 1" },
  { item: { Node: { Meta: { a: [] } } }, said: '[0].Node.Meta["a"] must be a string, not a list' },
  { item: { Checks: {} }, said: "[0].Checks must be a list, not an object" },
])("an instance of another shape is refused with the place: $said", ({ item, said }) => {
  expect(() => target(item)).toThrow(said);
});

test("whatever JSON comes, it gives labels or an error with a message", () => {
  const near = fc.record({ Node: fc.jsonValue(), Service: fc.jsonValue(), Checks: fc.jsonValue() });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), near), (item) => {
      try {
        expect(target(item).length % 2).toBe(0);
      } catch (error) {
        expect((error as Error).message).toMatch(/^\[0\].* must be .*, not /);
      }
    }),
  );
});
