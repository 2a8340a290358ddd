import { described } from "@ferula/config";
import type { Labels } from "@ferula/model";
import type { Provider } from "../../../provider.ts";
import { dockerswarmField, type DockerSwarmConfig } from "../../../sections/dockerswarm.ts";
import type { Engine } from "../engine-client.ts";
import { createEngineDiscoverer } from "../engine-discoverer.ts";
import { nodeTargets } from "./nodes.ts";
import { serviceTargets } from "./services.ts";
import { taskTargets } from "./tasks.ts";

type FindByRole = (engine: Engine, filters: string, port: number, signal: AbortSignal) => Promise<readonly Labels[]>;

const ROLES: ReadonlyMap<string, FindByRole> = new Map([
  ["services", serviceTargets],
  ["tasks", taskTargets],
  ["nodes", nodeTargets],
]);

/** Services, tasks or nodes of a Docker Swarm. */
export const swarmProvider: Provider<DockerSwarmConfig> = {
  name: "dockerswarm",
  key: "dockerswarm_sd_configs",
  field: described(dockerswarmField, "Services, tasks or nodes of a Docker Swarm."),
  create(config, _index, deps) {
    const { role, port } = config;
    const findByRole = ROLES.get(role);
    if (findByRole === undefined) throw new Error(`BUG: a section with the role ${JSON.stringify(role)}`);
    return createEngineDiscoverer(
      config,
      {
        mechanism: "dockerswarm",
        clientName: "docker swarm client",
        source: "DockerSwarm",
        find: (engine, filters, signal) => findByRole(engine, filters, port, signal),
      },
      deps,
    );
  },
};
