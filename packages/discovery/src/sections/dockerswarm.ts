import { described, keepEmpty, listField, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { dockerHostCheck } from "./docker-host.ts";
import { filled, filterField, keptRefreshField, keptText, portField, keptWord } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `dockerswarm_sd_configs`: services, tasks or nodes of a swarm (discovery/moby/dockerswarm.go `DockerSwarmSDConfig`). */
export const dockerswarmField = mappingField(
  {
    ...httpClientShape,
    host: described(keptText(), "The address of the engine, such as `unix:///var/run/docker.sock`."),
    role: described(
      keptWord(["services", "tasks", "nodes", ""], "", (role) => `invalid role ${role}, expected tasks, services, or nodes`),
      "What is found.",
    ),
    port: portField(80),
    filters: described(keepEmpty(listField(filterField), []), "What the engine narrows its answer to."),
    refresh_interval: keptRefreshField(60_000),
  },
  { checks: [dockerHostCheck, filled("role", "role missing (one of: tasks, services, nodes)"), httpCheck] },
);
