import { mappingField, type Field } from "@ferula/config";
import { alertingShape, type AlertingConfig } from "@ferula/notifier";
import { checkRulesNames } from "./legacy-names.ts";
import type { Reading } from "./reading.ts";

/** The section `alerting`, whose rules keep to the global validation of names. */
export function alertingField(reading: Reading): Field<AlertingConfig> {
  return mappingField(alertingShape, {
    checks: [
      {
        of: ["alert_relabel_configs"],
        check: ({ alert_relabel_configs: rules }, report) => checkRulesNames("alert_relabel_configs", rules, validation(reading), report),
      },
      {
        of: ["alertmanagers"],
        check({ alertmanagers }, report) {
          for (const { relabel_configs: rules, alert_relabel_configs: alertRules } of alertmanagers)
            checkRulesNames("alertmanagers", [...alertRules, ...rules], validation(reading), report);
        },
      },
    ],
  });
}

function validation({ global }: Reading): "utf8" | "legacy" {
  return global?.metric_name_validation_scheme || "utf8";
}
