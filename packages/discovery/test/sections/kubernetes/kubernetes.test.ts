import { expect, test } from "@jest/globals";
import { mistakes } from "../support.ts";

test.each([
  { yaml: "{}", want: "role: role missing (one of: pod, service, endpoints, endpointslice, node, ingress)" },
  { yaml: "{role: ''}", want: 'role: unknown Kubernetes SD role ""' },
  { yaml: "{role: job}", want: 'role: unknown Kubernetes SD role "job"' },
  {
    yaml: "{role: pod, api_server: 'https://k', kubeconfig_file: f}",
    want: "kubeconfig_file: cannot use 'kubeconfig_file' and 'api_server' simultaneously",
  },
  {
    yaml: "{role: pod, kubeconfig_file: f, follow_redirects: false}",
    want: "kubeconfig_file: cannot use a custom HTTP client configuration together with 'kubeconfig_file'",
  },
  {
    yaml: "{role: pod, basic_auth: {username: u}}",
    want: "api_server: to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
  },
  {
    yaml: "{role: pod, api_server: 'https://k', namespaces: {own_namespace: true}}",
    want: "namespaces: cannot use 'api_server' and 'namespaces.own_namespace' simultaneously",
  },
  {
    yaml: "{role: pod, kubeconfig_file: f, namespaces: {own_namespace: true}}",
    want: "namespaces: cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously",
  },
  { yaml: "{role: pod, selectors: [{role: pod}, {role: pod}]}", want: "selectors: duplicated selector role: pod" },
  { yaml: "{role: pod, selectors: [{role: service}]}", want: "selectors: pod role supports only pod, node selectors" },
  { yaml: "{role: pod, selectors: [{}]}", want: "selectors: pod role supports only pod, node selectors" },
  {
    yaml: "{role: pod, selectors: [{role: pod, field: 'a-b'}]}",
    want: "selectors[0].field: invalid selector: 'a-b'; can't understand 'a-b'",
  },
  {
    yaml: "{role: pod, selectors: [{role: pod, label: 'a b'}]}",
    want: "selectors[0].label: unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  },
  { yaml: "{role: pod, api_server: ':1'}", want: 'api_server: parse ":1": missing protocol scheme' },
  { yaml: "{role: pod, namespaces: {foo: bar}}", want: "namespaces.foo: field foo not found" },
])("$yaml is refused", ({ yaml, want }) => {
  expect(mistakes("kubernetes", yaml)).toContain(want);
});

test.each([
  { yaml: "{role: pod, selectors: [{role: pod}, {role: node}]}", why: "pods may be narrowed by their nodes" },
  { yaml: "{role: endpoints, selectors: [{role: endpoints}, {role: pod}, {role: service}]}", why: "endpoints by all that they come from" },
  { yaml: "{role: pod, kubeconfig_file: f, follow_redirects: true}", why: "a default that is written out is no choice" },
  { yaml: "{role: pod, api_server: 'kubernetes:443'}", why: "upstream reads any reference as a URL" },
  { yaml: "{role: pod, namespaces: {own_namespace: true}}", why: "a pod has a namespace" },
])("$yaml is taken: $why", ({ yaml }) => {
  expect(mistakes("kubernetes", yaml)).toEqual([]);
});
