import { META, NAMESPACE_LABEL } from "./label-names.ts";
import { addMeta, flatLabels, wireKey, type OpenLabels } from "./object-meta.ts";
import { hasPart, optionalText, partOf, partsOf, textOf, textsOf, type Wire } from "./wire.ts";

/** A path of a host. */
export interface IngressPath {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly path: string;
}

/** What is kept of an ingress. */
export interface Ingress {
  readonly key: string;
  readonly namespace: string;
  /** Flat, its namespace among them. */
  readonly labels: readonly string[];
  readonly paths: readonly IngressPath[];
}

/** What is kept of an ingress of the API (networking.k8s.io/v1). */
export function readIngress(wire: Wire): Ingress {
  const namespace = textOf(partOf(wire, "metadata"), "namespace");
  const spec = partOf(wire, "spec");
  const labels: OpenLabels = new Map([[NAMESPACE_LABEL, namespace]]);
  const className = optionalText(spec, "ingressClassName");
  if (className !== undefined) labels.set(`${META}ingress_class_name`, className);
  addMeta(labels, wire, "ingress");
  const secureHosts = partsOf(spec, "tls").flatMap((tls) => textsOf(tls, "hosts"));
  return {
    key: wireKey(wire),
    namespace,
    labels: flatLabels(labels),
    paths: partsOf(spec, "rules").flatMap((rule) => pathsOf(rule, secureHosts)),
  };
}

function pathsOf(rule: Wire, secureHosts: readonly string[]): readonly IngressPath[] {
  const host = textOf(rule, "host");
  const scheme = secureHosts.some((pattern) => matchesHost(pattern, host)) ? "https" : "http";
  const paths = hasPart(rule, "http") ? partsOf(partOf(rule, "http"), "paths").map((path) => textOf(path, "path")) : ["/"];
  return paths.map((path) => ({ scheme, host, path: path === "" ? "/" : path }));
}

/** Whether a host is the one that TLS is for. A `*` stands for its first part alone. */
function matchesHost(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  if (!pattern.startsWith("*.")) return pattern === "*" && !host.includes(".");
  const dot = host.indexOf(".");
  return dot !== -1 && host.slice(dot) === pattern.slice(1);
}
