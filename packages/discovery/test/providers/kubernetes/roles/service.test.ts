import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import type { FakeObject } from "../fake-api.ts";
import { metaObject } from "../objects.ts";
import { apiWith, discovered, groupsOf, shown } from "../support.ts";

function serviceObject(name: string, spec: object, meta: object = {}): FakeObject {
  return { metadata: { name, namespace: "default", ...meta }, spec: { type: "ClusterIP", clusterIP: "10.9.0.1", ...spec } };
}

const HTTP = { name: "http", port: 80, protocol: "TCP" };
const httpLabels = { service_port_name: "http", service_port_number: "80", service_port_protocol: "TCP" };

test("each port of a service is a target, by its name in the cluster", async () => {
  const meta = { labels: { app: "web" }, annotations: { "prometheus.io/probe": "true" } };
  const ports = [HTTP, { name: "", port: 53, protocol: "UDP" }];
  expect(await groupsOf({ services: [serviceObject("web", { ports }, meta)] }, "role: service")).toEqual({
    "svc/default/web": {
      labels: {
        namespace: "default",
        service_name: "web",
        service_label_app: "web",
        service_labelpresent_app: "true",
        service_annotation_prometheus_io_probe: "true",
        service_annotationpresent_prometheus_io_probe: "true",
      },
      targets: [
        { __address__: "web.default.svc:80", ...httpLabels, service_type: "ClusterIP", service_cluster_ip: "10.9.0.1" },
        {
          __address__: "web.default.svc:53",
          service_port_number: "53",
          service_port_protocol: "UDP",
          service_type: "ClusterIP",
          service_cluster_ip: "10.9.0.1",
        },
      ],
    },
  });
});

test.each([
  {
    why: "an external name instead of an address",
    spec: { type: "ExternalName", externalName: "db.example.com", clusterIP: "10.9.0.1" },
    want: { service_type: "ExternalName", service_external_name: "db.example.com" },
  },
  {
    why: "the address of a load balancer besides that of the cluster",
    spec: { type: "LoadBalancer", loadBalancerIP: "5.6.7.8" },
    want: { service_type: "LoadBalancer", service_cluster_ip: "10.9.0.1", service_loadbalancer_ip: "5.6.7.8" },
  },
  { why: "none, of a headless service", spec: { clusterIP: "None" }, want: { service_type: "ClusterIP", service_cluster_ip: "None" } },
])("targets tell $why", async ({ spec, want }) => {
  const groups = await groupsOf({ services: [serviceObject("s", { ...spec, ports: [HTTP] })] }, "role: service");
  expect(groups["svc/default/s"].targets).toEqual([{ __address__: "s.default.svc:80", ...httpLabels, ...want }]);
});

test("a service without ports has no targets", async () => {
  expect((await groupsOf({ services: [serviceObject("s", {})] }, "role: service"))["svc/default/s"].targets).toEqual([]);
});

test("the namespace's labels are attached, and follow its changes", async () => {
  const api = await apiWith({ services: [serviceObject("s", { ports: [HTTP] })], namespaces: [metaObject("default", undefined)] });
  const { groups } = await discovered(`{api_server: '${api.url}', role: service, attach_metadata: {namespace: true, node: true}}`);
  api.put("namespaces", metaObject("default", undefined, { annotations: { owner: "me" } }));
  await eventually(() => {
    const group = groups.get("svc/default/s");
    expect(group && shown(group).labels).toMatchObject({ namespace_annotation_owner: "me", service_name: "s" });
  });
  expect(api.requests.some(({ path }) => path.endsWith("/nodes"))).toBe(false);
});
