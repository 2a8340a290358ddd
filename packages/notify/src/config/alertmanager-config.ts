import {
  described,
  fieldSchema,
  formatConfigErrors,
  keepEmpty,
  listField,
  mappedField,
  mappingField,
  optionalField,
  pathField,
  printField,
  readField,
  requiredField,
  unservedField,
  type ConfigError,
  type ConfigOf,
  type Field,
  type JsonSchema,
} from "@ferula/config";
import { eventRecorderField } from "./event-recorder-config.ts";
import { globalField } from "./global-config.ts";
import { inhibitRuleField } from "./inhibit-config.ts";
import { createLateChecks, type LateChecks } from "./late-checks.ts";
import { inheritGlobal, receiverField } from "./receiver-config.ts";
import { routeField } from "./route-config.ts";
import { namedIntervalsField } from "./time-intervals/named-intervals.ts";
import { tracingField } from "./tracing-config.ts";

/** The sections, in the order in which upstream prints them. */
function fileShape(late: LateChecks) {
  return {
    global: described(globalField, "What receivers take where they say nothing of their own."),
    route: described(requiredField(routeField(late), "no routes provided"), "The routing tree: which alerts go to whom, and when."),
    inhibit_rules: described(listField(inhibitRuleField), "Which alerts mute which others."),
    receivers: described(listField(receiverField(late)), "Whom notifications go to, and how."),
    templates: described(keepEmpty(listField(pathField()), []), "Files with templates; the last part may hold a `*`."),
    mute_time_intervals: described(listField(namedIntervalsField("mute time interval", late)), "The older name of `time_intervals`."),
    time_intervals: described(listField(namedIntervalsField("time interval", late)), "Times that routes name to be muted or active in."),
    tracing: described(optionalField(unservedField(tracingField, "tracing")), "Where traces of this Alertmanager are sent."),
    event_recorder: described(eventRecorderField, "Where events in the life of alerts are recorded."),
  } as const;
}

/** The file alertmanager.yml. Its receivers hold what they take from `global`. */
export type AlertmanagerFile = ConfigOf<ReturnType<typeof fileShape>>;

function fileField(): Field<AlertmanagerFile> {
  const late = createLateChecks();
  const file = mappingField(fileShape(late), {
    checks: [
      { of: ["global"], check: ({ global }) => late.runGlobal(global) },
      { of: [], check: () => late.runNamed() },
    ],
  });
  return mappedField(
    requiredField(file, "no route provided in config"),
    (config) => ({ ...config, receivers: config.receivers.map((receiver) => inheritGlobal(receiver, config.global)) }),
    (config) => config,
  );
}

/** An Alertmanager's configuration, and what may be said against it. */
export interface AlertmanagerConfigResult {
  readonly config: AlertmanagerFile;
  readonly warnings: readonly ConfigError[];
  /** What is right and can't be done yet. Who runs the configuration must refuse it; who checks it need not. */
  readonly unserved: readonly ConfigError[];
}

/** Reads alertmanager.yml. Throws with every mistake, each with its place. */
export function readAlertmanagerFile(text: string, file: string): AlertmanagerConfigResult {
  const result = readField(fileField(), text, file);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  const { value: config, warnings, unserved } = result;
  return { config, warnings, unserved };
}

/** As `readAlertmanagerFile`, for whoever runs the configuration: what is unserved is a mistake too. */
export function readServedAlertmanagerFile(text: string, file: string): Omit<AlertmanagerConfigResult, "unserved"> {
  const { config, warnings, unserved } = readAlertmanagerFile(text, file);
  // To run without what was asked for is worse than not to run: a notification that is not sent is missed by nobody.
  if (unserved.length > 0) throw new Error(formatConfigErrors(unserved));
  return { config, warnings };
}

/** The JSON Schema of alertmanager.yml, for editors. */
export function alertmanagerSchema(): JsonSchema {
  return fieldSchema(fileField(), "alertmanager.yml");
}

/** The file with its defaults and with secrets masked, as the API shows it. */
export function printAlertmanagerFile(config: AlertmanagerFile): string {
  return printField(fileField(), config);
}
