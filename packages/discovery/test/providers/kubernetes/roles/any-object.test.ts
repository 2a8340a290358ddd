import { expect, test } from "@jest/globals";
import { noLogger } from "@ferula/logging";
import fc from "fast-check";
import { readAttachedNode, readOwned } from "../../../../src/providers/kubernetes/objects/attachments.ts";
import { readPod } from "../../../../src/providers/kubernetes/objects/pod.ts";
import { readService } from "../../../../src/providers/kubernetes/objects/service.ts";
import { asObject } from "../../../../src/providers/kubernetes/objects/wire.ts";
import { roles } from "../../../../src/providers/kubernetes/roles/index.ts";
import type { Known } from "../../../../src/providers/kubernetes/roles/role.ts";

const KEYS =
  "metadata name namespace labels annotations ownerReferences controller kind spec status containers initContainers ports containerPort port protocol podIP conditions type addresses address subsets notReadyAddresses targetRef nodeName endpoints rules http paths tls hosts host ipFamilyPolicy ipFamilies daemonEndpoints kubeletEndpoint Port containerStatuses deprecatedTopology __proto__ constructor kubernetes.io/service-name".split(
    " ",
  );

/** JSON that has the API's keys, at any place and with any values. */
const { value: anyJson } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom("Pod", "Node", "Ready", "InternalIP", "PreferDualStack", "IPv6", "", "x", "1.2.3.4"),
    fc.constantFrom<unknown>(null, true, 0, -1, 1e300, 8080.5),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie("value")), { maxLength: 8 })
      .map((pairs): unknown => JSON.parse(`{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`)),
  ),
}));

const attach = { node: true, namespace: true, deployment: true, job: true, cronjob: true };

test.each(Object.keys(roles))("whatever stands in an object, the role %s makes a group of labels that hold texts", (name) => {
  const role = roles[name];
  fc.assert(
    fc.property(anyJson, anyJson, (own, other) => {
      const wire = asObject(other);
      const known: Known = {
        attach,
        pod: () => readPod(wire),
        service: () => readService(wire),
        node: () => readAttachedNode(wire),
        namespace: () => readAttachedNode(wire),
        replicaset: () => readOwned(wire),
        job: () => readOwned(wire),
        warn: noLogger.warn,
      };
      const object = role.read(asObject(own));
      expect(role.refs(object, attach).every((ref) => typeof ref === "string")).toBe(true);
      const group = role.build(object, known);
      if (group === undefined) return;
      for (const labels of [group.labels, ...group.targets]) {
        expect(labels.every((text) => typeof text === "string" && text !== "")).toBe(true);
        for (let i = 2; i < labels.length; i += 2) expect(labels[i] > labels[i - 2]).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
