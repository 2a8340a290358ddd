import { booleanField, durationField, integerField, keepEmpty, listField, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filterField, keptText } from "./fields.ts";
import { dockerHostCheck } from "./docker-host.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `docker_sd_configs`: containers of a Docker engine (discovery/moby/docker.go `DockerSDConfig`). */
export const dockerField = mappingField(
  {
    ...httpClientShape,
    host: keptText(),
    port: integerField(80),
    filters: keepEmpty(listField(filterField), []),
    host_networking_host: keptText("localhost"),
    refresh_interval: durationField(60_000),
    match_first_network: booleanField(true),
  },
  { checks: [dockerHostCheck, httpCheck] },
);
