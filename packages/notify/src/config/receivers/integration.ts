import { booleanField, described, optionalField, stringField, type Field, type Report } from "@ferula/config";
import { httpClientField, type HttpClientConfig } from "@ferula/http";
import type { GlobalSection } from "../global-config.ts";

/** One kind of integration: how its section is read, and what the section takes from `global`. */
export interface Integration<Section> {
  /** The key of its list in a receiver is `<kind>_configs`. */
  readonly kind: string;
  /** One sentence on that list for the documentation. */
  readonly description: string;
  readonly field: Field<Section>;
  /** The section with what `global` gives it. What is needed and given nowhere is reported; the result is of no use then. */
  readonly inherit: (section: Section, global: GlobalSection, report: Report) => Section;
}

/** A receiver's own `http_config` takes the place of the global one as a whole. */
export function inheritHttp<Section extends { readonly http_config: HttpClientConfig | undefined }>(
  section: Section,
  global: GlobalSection,
): Section {
  return { ...section, http_config: section.http_config ?? global.http_config };
}

/** `send_resolved`, whose default differs among the kinds. */
export function sendResolvedField(fallback: boolean): Field<boolean> {
  return described(booleanField(fallback), "Whether a notification is sent when alerts have ended, too.");
}

/** `http_config`; see `inheritHttp`. */
export const httpConfigField: Field<HttpClientConfig | undefined> = described(
  optionalField(httpClientField),
  "How requests are sent; absent, as the section `global` says.",
);

/** A text whose default is one of the default templates. */
export function templateField(name: string): Field<string> {
  return stringField(`{{ template "${name}" . }}`);
}
