import {
  described,
  keepEmpty,
  listField,
  mapField,
  mappingField,
  requiredField,
  stringField,
  withCheck,
  type Report,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { isUtf8Name, labelsOf, type Labels } from "@ferula/model";
import type { Provider } from "../provider.ts";
import type { TargetGroup } from "../target-group.ts";

const groupShape = {
  targets: described(keepEmpty(listField(stringField()), []), "Addresses of targets, host:port."),
  labels: described(mapField(stringField()), "Labels that all these targets get."),
} as const;

/** Targets as they stand in a configuration or in a file: `{targets: [host:port], labels: {name: value}}`. */
export const targetListField: Field<ConfigOf<typeof groupShape>> = requiredField(
  withCheck(mappingField(groupShape), ({ labels }, report) => {
    for (const name of labels.keys()) if (!isUtf8Name(name)) report("labels", `"${name}" is not a valid label name`);
  }),
  "a target group must not be null",
);

/** A target group as it is written. */
export type TargetList = ConfigOf<typeof groupShape>;

/** A list as a group; `more` are labels that its source adds. */
export function toTargetGroup(
  { targets, labels }: TargetList,
  source: string,
  more: readonly (readonly [string, string])[] = [],
): TargetGroup {
  return { source, targets: targets.map(addressLabels), labels: labelsOf([...labels, ...more]) };
}

function addressLabels(address: string): Labels {
  return ["__address__", address];
}

/** Targets that stand in the configuration itself. */
export const staticProvider: Provider<TargetList> = {
  name: "static",
  key: "static_configs",
  field: described(targetListField, "Targets that stand here."),
  create: (list, index) => ({
    async run(emit) {
      emit([toTargetGroup(list, String(index))]);
    },
  }),
};

/** What stands in a section that finds targets, as far as its static ones can be wrong. */
export interface StaticTargets {
  readonly relabel_configs: readonly unknown[];
  readonly static_configs: readonly unknown[];
}

/** Refuses static targets that are URLs. With relabelling one may well be: that is how exporters that probe others are told what to probe. */
export function checkStaticTargets(section: StaticTargets, report: Report): void {
  if (section.relabel_configs.length > 0) return;
  for (const target of (section.static_configs as readonly TargetList[]).flatMap(({ targets }) => targets)) {
    if (target.includes("/")) report("static_configs", `${goQuote(target)} is not a valid hostname`);
  }
}
