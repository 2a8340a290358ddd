import { isDeepStrictEqual } from "node:util";
import { mappingField, readField, type PartCheck } from "@ferula/config";
import { checkHttpConfig, httpClientShape, type HttpClientConfig } from "@ferula/http";

const httpClientField = mappingField(httpClientShape);

const HTTP_KEYS = Object.keys(httpClientShape) as readonly (keyof typeof httpClientShape)[];

/** What may not stand together among the fields of the HTTP client, for sections that `httpClientShape` is spread into. */
export const httpCheck: PartCheck<typeof httpClientShape> = { of: HTTP_KEYS, check: checkHttpConfig };

/** Whether the section says nothing about the HTTP client beyond the defaults. */
export function isPlainHttpClient(config: HttpClientConfig): boolean {
  return isDeepStrictEqual(httpClientField.print(config), httpClientField.print(plainHttpClient()));
}

/** A client with the defaults, but for `fields`, which are as in YAML. */
export function plainHttpClient(fields: string = ""): HttpClientConfig {
  const result = readField(httpClientField, fields, "");
  if (!result.ok) throw new Error(`BUG: the HTTP client does not take ${JSON.stringify(fields)}`);
  return result.value;
}
