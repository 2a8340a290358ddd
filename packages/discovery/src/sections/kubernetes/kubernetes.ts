import {
  booleanField,
  described,
  keepEmpty,
  listField,
  mappingField,
  pathField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, keptWord } from "../fields.ts";
import { goUrlField } from "../url-checks.ts";
import { httpCheck, isPlainHttpClient } from "../http-client.ts";
import { checkFieldSelector } from "./field-selector.ts";
import { checkLabelSelector } from "./label-selector.ts";

/** What may be discovered, and the kinds of objects that each role asks the API about: those that selectors may narrow. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  node: ["node"],
  pod: ["pod", "node"],
  service: ["service"],
  endpoints: ["pod", "service", "endpoints"],
  endpointslice: ["pod", "service", "endpointslice"],
  ingress: ["ingress"],
};

const ROLES = Object.keys(SELECTABLE);
const unknownRole = (role: string): string => `unknown Kubernetes SD role ${JSON.stringify(role)}`;

const selectorShape = {
  role: described(
    { ...keptWord(ROLES, "", unknownRole), print: (role: string) => role || undefined },
    "The kind of object that is narrowed.",
  ),
  label: described(checkedText(checkLabelSelector), "Which objects are asked for, by their labels."),
  field: described(checkedText(checkFieldSelector), "Which objects are asked for, by their fields."),
} as const;

const namespacesField = shownIfSet(
  mappingField({
    own_namespace: described(booleanField(false), "Whether the namespace of our own pod is searched."),
    names: described(keepEmpty(listField(stringField()), []), "The namespaces that are searched; empty is all."),
  }),
);

const attachedField = shownIfSet(
  mappingField({
    node: described(booleanField(false), "Whether targets get the labels of their node."),
    namespace: described(booleanField(false), "Whether targets get the labels of their namespace."),
    deployment: described(booleanField(false), "Whether targets get the name of their deployment."),
    job: described(booleanField(false), "Whether targets get the name of their job."),
    cronjob: described(booleanField(false), "Whether targets get the name of their cron job."),
  }),
);

const kubernetesShape = {
  api_server: described(goUrlField(), "The address of the API; absent, that of the cluster we run in."),
  role: described(keptWord(ROLES, "", unknownRole), "What is found."),
  kubeconfig_file: described(keepEmpty(pathField(), ""), "A kubeconfig file that says how the API is reached."),
  ...httpClientShape,
  namespaces: described(namespacesField, "Where objects are searched."),
  selectors: described(listField(mappingField(selectorShape)), "What the API narrows its answer to."),
  attach_metadata: described(attachedField, "What targets get as labels besides what is their own."),
} as const;

/** What is in a section of `kubernetes_sd_configs`. */
export type KubernetesConfig = ConfigOf<typeof kubernetesShape>;

/** A section of `kubernetes_sd_configs`: objects that the API of Kubernetes knows (discovery/kubernetes `SDConfig`). */
export const kubernetesField: Field<KubernetesConfig> = mappingField(kubernetesShape, {
  checks: [
    filled("role", "role missing (one of: pod, service, endpoints, endpointslice, node, ingress)"),
    httpCheck,
    { of: ["api_server", "kubeconfig_file", ...httpCheck.of], check: checkAccess },
    { of: ["api_server", "kubeconfig_file", "namespaces"], check: checkOwnNamespace },
    { of: ["role", "selectors"], check: checkSelectors },
  ],
});

/** A text that `check` throws at when something is wrong with it. */
function checkedText(check: (text: string) => void): Field<string> {
  return withCheck(stringField(), (text, report) => {
    try {
      check(text);
    } catch (error) {
      report("", (error as Error).message);
    }
  });
}

/** Leaves out a section in which nothing is set, though its fields would be shown. */
function shownIfSet<T extends object>(field: Field<T>): Field<T> {
  const isUnset = (value: unknown): boolean => value === false || (Array.isArray(value) && value.length === 0);
  return { ...field, print: (section) => (Object.values(section).every(isUnset) ? undefined : field.print(section)) };
}

/** The API is found by its URL, by a kubeconfig file, or by what the pod itself has; only the first takes the HTTP client's fields. */
function checkAccess(section: KubernetesConfig, report: Report): void {
  const hasServer = section.api_server !== undefined;
  const hasFile = section.kubeconfig_file !== "";
  if (hasServer && hasFile) report("kubeconfig_file", "cannot use 'kubeconfig_file' and 'api_server' simultaneously");
  if (isPlainHttpClient(section)) return;
  if (hasFile) {
    report("kubeconfig_file", "cannot use a custom HTTP client configuration together with 'kubeconfig_file'");
  } else if (!hasServer) {
    report("api_server", "to use custom HTTP client configuration please provide the 'api_server' URL explicitly");
  }
}

/** Only a pod has a namespace of its own. */
function checkOwnNamespace({ api_server: server, kubeconfig_file: file, namespaces }: KubernetesConfig, report: Report): void {
  if (!namespaces.own_namespace) return;
  if (server !== undefined) report("namespaces", "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously");
  if (file !== "") report("namespaces", "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously");
}

function checkSelectors({ role, selectors }: KubernetesConfig, report: Report): void {
  // A role that is missing is reported by itself.
  if (role === "") return;
  const allowed = SELECTABLE[role];
  const seen = new Set<string>();
  for (const selector of selectors) {
    if (seen.has(selector.role)) report("selectors", `duplicated selector role: ${selector.role}`);
    else if (!allowed.includes(selector.role)) report("selectors", `${role} role supports only ${allowed.join(", ")} selectors`);
    seen.add(selector.role);
  }
}
