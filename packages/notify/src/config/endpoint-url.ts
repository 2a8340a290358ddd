import { secretUrlField, stringField, urlField, type Field, type Secret } from "@ferula/config";

/** An http or https URL; an empty text is none (config/common `URL`). */
export function endpointField(): Field<string | undefined> {
  return refusingEmpty(urlField());
}

/** As `endpointField`, for a URL that is a secret (config/common `SecretURL`). */
export function secretEndpointField(): Field<Secret | undefined> {
  return refusingEmpty(secretUrlField());
}

/** A URL that is there unless its default is given up by mistake: every way to leave it out gives `fallback`. */
export function defaultEndpointField(fallback: string): Field<string> {
  const field = endpointField();
  return { schema: field.schema, print: (url) => field.print(url), read: (at) => field.read(at) ?? fallback };
}

function refusingEmpty<T>(field: Field<T>): Field<T> {
  const text = stringField();
  return {
    ...field,
    read(at) {
      const before = at.source.mistakeCount();
      const url = field.read(at);
      if (at.node !== undefined && at.source.mistakeCount() === before && text.read(at) === "")
        at.source.report(at, 'unsupported scheme "" for URL');
      return url;
    },
  };
}

/** A URL whose path ends with a slash, as paths of an API are put behind it. */
export function withTrailingSlash(url: string): string {
  const [, base = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  return base.endsWith("/") ? url : `${base}/${rest}`;
}
