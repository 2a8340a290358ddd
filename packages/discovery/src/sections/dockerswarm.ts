import { durationField, integerField, keepEmpty, listField, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { dockerHostCheck } from "./docker-host.ts";
import { filled, filterField, keptText, wordField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `dockerswarm_sd_configs`: services, tasks or nodes of a swarm (discovery/moby/dockerswarm.go `DockerSwarmSDConfig`). */
export const dockerswarmField = mappingField(
  {
    ...httpClientShape,
    host: keptText(),
    role: wordField(["services", "tasks", "nodes", ""], "", (role) => `invalid role ${role}, expected tasks, services, or nodes`),
    port: integerField(80),
    filters: keepEmpty(listField(filterField), []),
    refresh_interval: durationField(60_000),
  },
  { checks: [dockerHostCheck, filled("role", "role missing (one of: tasks, services, nodes)"), httpCheck] },
);
