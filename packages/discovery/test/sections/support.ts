import { readField, type Field } from "@ferula/config";
import { providers } from "../../src/providers/index.ts";
import { sections } from "../../src/sections/index.ts";

/** Every section, by the provider's name, whether something runs it or not. */
export const fieldsByName: Readonly<Record<string, Field<unknown>>> = {
  ...sections,
  ...Object.fromEntries(providers.map(({ name, field }) => [name, field])),
};

/** What is wrong with a section, as `key: reason`, in the order of the file. */
export function mistakes(name: string, yaml: string): readonly string[] {
  const result = readField(fieldsByName[name], yaml, "prometheus.yml");
  return result.ok ? [] : result.errors.map(({ path, reason }) => `${path}: ${reason}`);
}

/** A section as it is shown, in JSON. */
export function shown(name: string, yaml: string): string {
  const result = readField(fieldsByName[name], yaml, "/etc/ferula/prometheus.yml");
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  const printed = fieldsByName[name].print(result.value);
  return JSON.stringify(printed, (_key, value: unknown) =>
    value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value,
  );
}
