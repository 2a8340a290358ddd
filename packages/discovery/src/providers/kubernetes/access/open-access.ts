import type { Clock } from "@ferula/durations";
import { createHttpClient, type HttpClientOptions } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import type { KubernetesConfig } from "../../../sections/kubernetes/kubernetes.ts";
import { fixedAccess, type ApiAccess } from "./api-access.ts";
import { inClusterAccess, type PodEnvironment } from "./in-cluster.ts";
import { kubeconfigAccess } from "./kubeconfig.ts";

/** What opening an access works with. */
export interface AccessDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly client: HttpClientOptions;
  readonly environment: PodEnvironment;
}

/** Access by the kubeconfig file that a section names, by the URL that it gives, or by what our own pod has. Throws an error for the log. */
export function openAccess(config: KubernetesConfig, { logger, clock, client, environment }: AccessDeps): ApiAccess {
  const { kubeconfig_file: file, api_server: server, namespaces } = config;
  if (file !== "") return kubeconfigAccess(file, client, clock);
  if (server !== undefined) return fixedAccess(server, createHttpClient(config, client));
  return inClusterAccess({ needsNamespace: namespaces.own_namespace, environment, client, logger });
}
