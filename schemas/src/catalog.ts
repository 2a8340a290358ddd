import { blackboxSchema } from "@ferula/blackbox-exporter/config";
import type { JsonSchema } from "@ferula/config";
import { targetFileSchema } from "@ferula/discovery";
import { webFileSchema } from "@ferula/http";
import { alertmanagerSchema } from "@ferula/notify";
import { ruleFileSchema } from "@ferula/rules";
import { serverConfigSchema } from "@ferula/server-config";

/** The schema of one kind of file. */
export interface CatalogEntry {
  /** As it is published: `prometheus.schema.json`. */
  readonly file: string;
  readonly schema: () => JsonSchema;
}

/** Every file that a user writes. */
export const catalog: readonly CatalogEntry[] = [
  { file: "prometheus.schema.json", schema: serverConfigSchema },
  { file: "rules.schema.json", schema: ruleFileSchema },
  { file: "targets.schema.json", schema: targetFileSchema },
  { file: "alertmanager.schema.json", schema: alertmanagerSchema },
  { file: "blackbox.schema.json", schema: blackboxSchema },
  { file: "web.schema.json", schema: webFileSchema },
];

/** The text of a published file. */
export function schemaText({ schema }: CatalogEntry): string {
  return `${JSON.stringify(schema(), undefined, 1)}\n`;
}
