import { described, mappingField, stringField } from "@ferula/config";
import { filled, keptText, portField, refreshField } from "./fields.ts";

/** A section of `gce_sd_configs`: instances of Google Compute Engine (discovery/gce `SDConfig`). */
export const gceField = mappingField(
  {
    project: described(keptText(), "The project whose instances are found."),
    zone: described(keptText(), "The zone whose instances are found."),
    filter: described(stringField(), "Which instances are found, as an expression of the API's."),
    refresh_interval: refreshField(60_000),
    port: portField(80),
    tag_separator: described(stringField(","), "What stands between tags in their label."),
  },
  {
    checks: [filled("project", "GCE SD configuration requires a project"), filled("zone", "GCE SD configuration requires a zone")],
  },
);
