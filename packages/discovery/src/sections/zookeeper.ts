import { described, keepEmpty, listField, mappingField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { filled, intervalField } from "./fields.ts";

const zookeeperShape = {
  servers: described(keepEmpty(listField(stringField()), []), "Addresses of ZooKeeper's servers, host:port."),
  paths: described(keepEmpty(listField(stringField()), []), "Where members are registered; each begins with `/`."),
  timeout: described(intervalField(10_000), "How long a session may be silent."),
} as const;

/** A section of `serverset_sd_configs`: members of Finagle's server sets (discovery/zookeeper `ServersetSDConfig`). */
export const serversetField: Field<ConfigOf<typeof zookeeperShape>> = zookeeperField("serverset");

/** A section of `nerve_sd_configs`: members that AirBnB's Nerve has registered (discovery/zookeeper `NerveSDConfig`). */
export const nerveField: Field<ConfigOf<typeof zookeeperShape>> = zookeeperField("nerve");

function zookeeperField(name: string): Field<ConfigOf<typeof zookeeperShape>> {
  return mappingField(zookeeperShape, {
    checks: [
      filled("servers", `${name} SD config must contain at least one Zookeeper server`),
      filled("paths", `${name} SD config must contain at least one path`),
      {
        of: ["paths"],
        check: ({ paths }, report) => {
          const relative = paths.filter((path) => !path.startsWith("/"));
          for (const path of relative) report("paths", `${name} SD config paths must begin with '/': ${path}`);
        },
      },
    ],
  });
}
