import { integerField, mappingField, stringField } from "@ferula/config";
import { filled, intervalField, keptText } from "./fields.ts";

/** A section of `gce_sd_configs`: instances of Google Compute Engine (discovery/gce `SDConfig`). */
export const gceField = mappingField(
  {
    project: keptText(),
    zone: keptText(),
    filter: stringField(),
    refresh_interval: intervalField(60_000),
    port: integerField(80),
    tag_separator: stringField(","),
  },
  {
    checks: [filled("project", "GCE SD configuration requires a project"), filled("zone", "GCE SD configuration requires a zone")],
  },
);
