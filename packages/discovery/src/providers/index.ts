import type { AnyProvider } from "../provider.ts";
import { consulProvider } from "./consul/consul.ts";
import { dnsProvider } from "./dns/dns.ts";
import { dockerProvider } from "./docker/docker.ts";
import { swarmProvider } from "./docker/swarm/swarm.ts";
import { ec2Provider } from "./ec2/ec2.ts";
import { fileProvider } from "./file/file.ts";
import { httpProvider } from "./http/http.ts";
import { kubernetesProvider } from "./kubernetes/kubernetes.ts";
import { nomadProvider } from "./nomad/nomad.ts";
import { staticProvider } from "./static.ts";

/** Every way of finding targets. A new one is a file beside this and a row here. */
export const providers: readonly AnyProvider[] = [
  staticProvider,
  fileProvider,
  httpProvider,
  dnsProvider,
  dockerProvider,
  swarmProvider,
  consulProvider,
  nomadProvider,
  ec2Provider,
  kubernetesProvider,
];

/** Their names, as upstream has them: `dockerswarm`. */
export const providerNames: readonly string[] = providers.map(({ name }) => name);
