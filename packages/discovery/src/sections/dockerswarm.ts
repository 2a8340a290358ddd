import { described, keepEmpty, listField, mappingField, type ConfigOf, type Field } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { dockerHostCheck } from "./docker-host.ts";
import { filled, filterField, keptRefreshField, keptText, portField, keptWord } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

const dockerswarmShape = {
  ...httpClientShape,
  host: described(keptText(), "The address of the engine, such as `unix:///var/run/docker.sock`."),
  role: described(
    keptWord(["services", "tasks", "nodes", ""], "", (role) => `invalid role ${role}, expected tasks, services, or nodes`),
    "What is found.",
  ),
  port: portField(80),
  filters: described(keepEmpty(listField(filterField), []), "What the engine narrows its answer to."),
  refresh_interval: keptRefreshField(60_000),
} as const;

/** What is in the section. */
export type DockerSwarmConfig = ConfigOf<typeof dockerswarmShape>;

/** A section of `dockerswarm_sd_configs`: services, tasks or nodes of a swarm (discovery/moby/dockerswarm.go `DockerSwarmSDConfig`). */
export const dockerswarmField: Field<DockerSwarmConfig> = mappingField(dockerswarmShape, {
  checks: [dockerHostCheck, filled("role", "role missing (one of: tasks, services, nodes)"), httpCheck],
});
