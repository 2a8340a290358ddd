import { providerNames } from "@ferula/discovery";
import type { FeatureSet } from "@ferula/query-api";
import { templateFunctionNames } from "@ferula/rules";
import { evaluatesRulesConcurrently, makesUpStarts, readEvaluationFeatures, readStorageFeatures } from "./enabled-features.ts";
import type { Settings } from "./settings.ts";

/** What is on beyond the API and the language, in upstream's words (`/api/v1/features`). */
export function serverFeatures(values: Settings["values"], isAutoReloaded: boolean): FeatureSet {
  const lists = values["enable-feature"];
  const storage = readStorageFeatures(lists);
  const { typeAndUnitLabels = false } = readEvaluationFeatures(lists);
  return setOf({
    api: {
      admin: values["web.enable-admin-api"],
      lifecycle: values["web.enable-lifecycle"],
      otlp_write_receiver: false,
      remote_write_receiver: values["web.enable-remote-write-receiver"],
    },
    otlp_receiver: { delta_conversion: false, native_delta_ingestion: false },
    prometheus: { agent_mode: false, auto_reload_config: isAutoReloaded, server_mode: true },
    rules: { concurrent_rule_eval: evaluatesRulesConcurrently(lists), keep_firing_for: true, query_offset: true },
    scrape: {
      extra_scrape_metrics: true,
      // Upstream has no word for this being off, nor for metadata in the log.
      ...(makesUpStarts(lists) && { "st-synthesis": true }),
      start_timestamp_zero_ingestion: storage.startZeros,
      type_and_unit_labels: typeAndUnitLabels,
    },
    service_discovery_providers: allOn(providerNames),
    templating_functions: allOn(templateFunctionNames()),
    tsdb: {
      delayed_compaction: storage.delayedCompaction,
      exemplar_storage: storage.exemplarStorage,
      histograms_st_encoding: storage.histogramStarts,
      // A scrape is seen whole or not at all.
      isolation: true,
      ...(storage.metadataRecords && { metadata_wal_records: true }),
      native_histograms: true,
      st_storage: storage.startStorage,
      use_uncached_io: false,
      xor2_encoding: storage.xor2Encoding,
    },
    // The paths of the pages are those of the third generation.
    ui: { ui_v2: false, ui_v3: true },
  });
}

function setOf(features: Readonly<Record<string, Readonly<Record<string, boolean>>>>): FeatureSet {
  return new Map(Object.entries(features).map(([category, names]) => [category, new Map(Object.entries(names))]));
}

function allOn(names: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(names.map((name) => [name, true]));
}
