import { tlsClientField, tlsOptions } from "@ferula/http";
import type { Tracing, TracingSettings } from "@ferula/tracing";
import type { LoadedConfig } from "./load-config.ts";

type TracingSection = NonNullable<LoadedConfig["config"]["tracing"]>;

/**
 * Makes what puts a section `tracing` into force. One that is as it was changes nothing, unless it names certificates: these are read anew
 * (tracing/tracing.go `ApplyConfig`). What it makes throws where they can't be used; then all stays as it was.
 */
export function tracingConfigurer(tracing: Pick<Tracing, "apply">): (section: TracingSection | undefined) => void {
  let inForce: string | undefined;

  return (section) => {
    const text = section === undefined ? undefined : textOf(section);
    if (text === inForce && !hasCertificates(section)) return;
    tracing.apply(section === undefined ? undefined : settingsOf(section));
    inForce = text;
  };
}

function hasCertificates(section: TracingSection | undefined): boolean {
  return section !== undefined && tlsClientField.print(section.tls_config) !== undefined;
}

/** What a section says but for its certificates, as a text. */
function textOf(section: TracingSection): string {
  return JSON.stringify([{ ...section, tls_config: hasCertificates(section) }, [...section.headers]]);
}

function settingsOf(section: TracingSection): TracingSettings {
  return {
    protocol: section.client_type,
    endpoint: section.endpoint,
    samplingFraction: section.sampling_fraction,
    tls: section.insecure ? undefined : collectorTls(section),
    headers: section.headers,
    compression: section.compression === "gzip" ? "gzip" : "none",
    timeoutMs: section.timeout,
  };
}

function collectorTls({ tls_config: tls }: TracingSection): TracingSettings["tls"] {
  try {
    return tlsOptions(tls);
  } catch (error) {
    throw new Error(`failed to install a new tracer provider: ${(error as Error).message}`, { cause: error });
  }
}
