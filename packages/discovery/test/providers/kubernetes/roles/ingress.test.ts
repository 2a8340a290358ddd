import { expect, test } from "@jest/globals";
import type { FakeObject } from "../fake-api.ts";
import { metaObject } from "../objects.ts";
import { groupsOf } from "../support.ts";

function ingressObject(spec: object): FakeObject {
  return { metadata: { name: "i", namespace: "default", labels: { a: "b" }, annotations: { c: "d" } }, spec };
}

const rule = (host: string, ...paths: readonly string[]): object => ({
  host,
  http: { paths: paths.map((path) => (path === "" ? {} : { path })) },
});
const target = (scheme: string, host: string, path: string): object => ({
  __address__: host,
  ingress_scheme: scheme,
  ingress_host: host,
  ingress_path: path,
});

test("each path of each host is a target", async () => {
  const spec = { ingressClassName: "nginx", rules: [rule("example.com", "/", "/foo"), rule("test.example.com", "")] };
  expect(await groupsOf({ ingresses: [ingressObject(spec)] }, "role: ingress")).toEqual({
    "ingress/default/i": {
      labels: {
        namespace: "default",
        ingress_name: "i",
        ingress_class_name: "nginx",
        ingress_label_a: "b",
        ingress_labelpresent_a: "true",
        ingress_annotation_c: "d",
        ingress_annotationpresent_c: "true",
      },
      targets: [target("http", "example.com", "/"), target("http", "example.com", "/foo"), target("http", "test.example.com", "/")],
    },
  });
});

test.each([
  { why: "a rule that names no paths has the root", rules: [{ host: "a.b" }], want: [target("http", "a.b", "/")] },
  { why: "a rule with an empty list of paths has none", rules: [rule("a.b")], want: [] },
  {
    why: "a rule for all hosts has no address",
    rules: [{ http: { paths: [{ path: "/x" }] } }],
    want: [{ ingress_scheme: "http", ingress_path: "/x" }],
  },
])("$why", async ({ rules, want }) => {
  expect((await groupsOf({ ingresses: [ingressObject({ rules })] }, "role: ingress"))["ingress/default/i"].targets).toEqual(want);
});

test.each([
  { hosts: ["a.example.com"], host: "a.example.com", want: "https" },
  { hosts: ["b.example.com"], host: "a.example.com", want: "http" },
  { hosts: ["b.example.com", "a.example.com"], host: "a.example.com", want: "https" },
  { hosts: ["*.example.com"], host: "a.example.com", want: "https" },
  { hosts: ["*.example.com"], host: "example.com", want: "http" },
  { hosts: ["*.example.com"], host: "a.b.example.com", want: "http" },
  { hosts: ["*.example.com"], host: "a.example.org", want: "http" },
  { hosts: ["a*.example.com"], host: "ab.example.com", want: "http" },
  { hosts: ["*"], host: "localhost", want: "https" },
  { hosts: ["*"], host: "a.b", want: "http" },
])("with TLS for $hosts, $host is asked by $want", async ({ hosts, host, want }) => {
  const groups = await groupsOf({ ingresses: [ingressObject({ tls: [{ hosts }], rules: [rule(host, "/")] })] }, "role: ingress");
  expect(groups["ingress/default/i"].targets).toEqual([target(want, host, "/")]);
});

test("the namespace's labels are attached", async () => {
  const objects = { ingresses: [ingressObject({ rules: [] })], namespaces: [metaObject("default", undefined, { labels: { team: "x" } })] };
  const groups = await groupsOf(objects, "role: ingress, attach_metadata: {namespace: true}");
  expect(groups["ingress/default/i"].labels).toMatchObject({ namespace_label_team: "x", namespace_labelpresent_team: "true" });
});
