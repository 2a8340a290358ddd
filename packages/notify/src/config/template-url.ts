import { reveal, secretField, secretUrlField, type Field, type Secret } from "@ferula/config";
import { checkText } from "../templates/templates.ts";

/**
 * A secret http or https URL that may be a template: then only its form as a template can be looked at before there are alerts
 * (config/common `SecretTemplateURL`).
 */
export function templateUrlField(): Field<Secret | undefined> {
  const url = secretUrlField();
  const text = secretField();
  return {
    ...url,
    read(at) {
      const before = at.source.errors.length;
      const given = text.read(at);
      if (at.source.errors.length > before) return given;
      if (given === undefined || !reveal(given).includes("{{")) return url.read(at);
      const problem = checkText(reveal(given));
      if (problem !== undefined) at.source.report(at, `invalid template syntax: ${problem}`);
      return given;
    },
  };
}
