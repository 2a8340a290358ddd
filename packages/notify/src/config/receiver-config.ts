import {
  described,
  listField,
  mapField,
  mappingField,
  requiredField,
  stringField,
  unservedWhere,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import type { GlobalSection } from "./global-config.ts";
import type { LateChecks } from "./late-checks.ts";
import { integrations, type IntegrationKey } from "./receivers/index.ts";
import type { Integration } from "./receivers/integration.ts";

const ownShape = {
  name: described(stringField(), "A name that is unique in the file, for routes."),
  labels: described(mapField(stringField()), "Labels of the receiver; `name` is always among them."),
} as const;

type SectionOf<Key extends IntegrationKey> = (typeof integrations)[Key] extends Integration<infer Section> ? Section : never;

/** An entry of `receivers`: its name, its labels, and the sections of its integrations. */
export type ReceiverSection = ConfigOf<typeof ownShape> & { readonly [Key in IntegrationKey]: readonly SectionOf<Key>[] };

/** Those that can be sent by. The others are read whole, and noted: a notification that is silently not sent is the worst of all. */
const SERVED: ReadonlySet<string> = new Set(["email", "webhook"]);

/** Of these, upstream takes an item of nothing for a section without fields. */
const WITHOUT_FIELDS: ReadonlySet<string> = new Set(["slack", "opsgenie", "wechat", "rocketchat"]);

const entries = Object.entries(integrations) as unknown as readonly (readonly [IntegrationKey, Integration<unknown>])[];

/** A receiver. Its name is declared, and what its integrations need of `global` is looked at late. */
export function receiverField(late: LateChecks): Field<ReceiverSection> {
  const lists = entries.map(([key, integration]) => [key, integrationsField(integration, late)] as const);
  const shape = { ...ownShape, ...(Object.fromEntries(lists) as Readonly<Record<IntegrationKey, Field<readonly unknown[]>>>) };
  return mappingField(shape, {
    checks: [
      {
        of: ["name"],
        check({ name }, report) {
          if (name === "") report("name", "missing name in receiver");
          if (late.names.receivers.has(name)) report("name", `notification config name ${goQuote(name)} is not unique`);
          late.names.receivers.add(name);
        },
      },
      {
        of: ["name", "labels"],
        check({ name, labels }, report) {
          const label = labels.get("name");
          if (label === undefined || label === name) return;
          report("labels", `receiver label "name" must match receiver name ${goQuote(name)}, got ${goQuote(label)}`);
        },
      },
    ],
  }) as Field<ReceiverSection>;
}

function integrationsField({ kind, description, field, inherit }: Integration<unknown>, late: LateChecks): Field<readonly unknown[]> {
  const checked = withCheck(field, (section, report) => late.whenGlobal((global) => void inherit(section, global, report)));
  const item = WITHOUT_FIELDS.has(kind) ? checked : requiredField(checked, `missing ${kind} config`);
  const list = described(listField(item), description);
  return SERVED.has(kind) ? list : unservedWhere(list, ({ length }) => length > 0, `the receiver ${kind}`);
}

/** A receiver with what its integrations take from `global`, and with its name among its labels. */
export function inheritGlobal(receiver: ReceiverSection, global: GlobalSection): ReceiverSection {
  const lists = entries.map(([key, { inherit }]) => [key, receiver[key].map((section) => inherit(section, global, neverReports))]);
  return { ...receiver, ...Object.fromEntries(lists), labels: new Map([...receiver.labels, ["name", receiver.name]]) };
}

/** The late checks have asked before. */
function neverReports(key: string, reason: string): never {
  throw new Error(`BUG: ${key}: ${reason}`);
}
