import { reveal, SECRET_TEXT, secretField, secretUrlField, type Field, type Secret } from "@ferula/config";
import { checkBareTemplate } from "../templates/templates.ts";

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
      const before = at.source.mistakeCount();
      const given = text.read(at);
      if (at.source.mistakeCount() > before || given === undefined || reveal(given) === SECRET_TEXT) return given;
      if (!reveal(given).includes("{{")) return url.read(at);
      const problem = checkBareTemplate(reveal(given));
      if (problem !== undefined) at.source.report(at, `invalid template syntax: ${problem}`);
      return given;
    },
  };
}
