import { described } from "@ferula/config";
import type { Provider } from "../../provider.ts";
import { dockerField, type DockerConfig } from "../../sections/docker.ts";
import { containerTargets } from "./containers.ts";
import { createEngineDiscoverer } from "./engine-discoverer.ts";

/** Containers of a Docker engine. */
export const dockerProvider: Provider<DockerConfig> = {
  name: "docker",
  key: "docker_sd_configs",
  field: described(dockerField, "Containers of a Docker engine."),
  create(config, _index, deps) {
    const { port, host_networking_host: hostNetworkingHost, match_first_network: matchFirstNetwork } = config;
    const options = { port, hostNetworkingHost, matchFirstNetwork };
    return createEngineDiscoverer(
      config,
      {
        mechanism: "docker",
        clientName: "docker client",
        source: "Docker",
        find: (engine, filters, signal) => containerTargets(engine, filters, options, signal),
      },
      deps,
    );
  },
};
