import { endpointSliceRole } from "./endpoint-slice.ts";
import { endpointsRole } from "./endpoints.ts";
import { ingressRole } from "./ingress.ts";
import { nodeRole } from "./node.ts";
import { podRole } from "./pod.ts";
import type { Role } from "./role.ts";
import { serviceRole } from "./service.ts";

/** What can be discovered, by the word in the configuration. */
export const roles: Readonly<Record<string, Role>> = {
  node: nodeRole,
  pod: podRole,
  service: serviceRole,
  endpoints: endpointsRole,
  endpointslice: endpointSliceRole,
  ingress: ingressRole,
};
