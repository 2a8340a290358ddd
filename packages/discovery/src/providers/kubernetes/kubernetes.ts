import { described } from "@ferula/config";
import type { Provider } from "../../provider.ts";
import { kubernetesField, type KubernetesConfig } from "../../sections/kubernetes/kubernetes.ts";
import { createKubernetesDiscoverer } from "./discoverer.ts";
import { kubernetesMetrics } from "./kubernetes-metrics.ts";

/** Target groups from the objects of a Kubernetes cluster, by role: they are listed, and then watched. */
export const kubernetesProvider: Provider<KubernetesConfig> = {
  name: "kubernetes",
  key: "kubernetes_sd_configs",
  field: described(kubernetesField, "Objects of Kubernetes, by role."),
  metrics: kubernetesMetrics,
  create: (config, _index, deps) => createKubernetesDiscoverer(config, deps),
};
