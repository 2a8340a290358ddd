import { booleanField, described, keepEmpty, listField, mappingField, type ConfigOf, type Field } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filterField, keptRefreshField, keptText, portField } from "./fields.ts";
import { dockerHostCheck } from "./docker-host.ts";
import { httpCheck } from "./http-client.ts";

const dockerShape = {
  ...httpClientShape,
  host: described(keptText(), "The address of the engine, such as `unix:///var/run/docker.sock`."),
  port: portField(80),
  filters: described(keepEmpty(listField(filterField), []), "What the engine narrows its answer to."),
  host_networking_host: described(keptText("localhost"), "The host of targets that share the engine's own network."),
  refresh_interval: keptRefreshField(60_000),
  match_first_network: described(booleanField(true), "Whether of several networks only the first one's address counts."),
} as const;

/** What is in the section. */
export type DockerConfig = ConfigOf<typeof dockerShape>;

/** A section of `docker_sd_configs`: containers of a Docker engine (discovery/moby/docker.go `DockerSDConfig`). */
export const dockerField: Field<DockerConfig> = mappingField(dockerShape, { checks: [dockerHostCheck, httpCheck] });
