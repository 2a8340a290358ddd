import { createHash } from "node:crypto";
import { mappingField, printField, reveal, type Secret } from "@ferula/config";
import { httpClientShape, type HttpClientConfig } from "./http-config.ts";

/**
 * A text that differs when anything does that a client depends on, secrets included, which a printed section masks. It is a digest
 * (SHA-256, hexadecimal), so that it tells nothing of them. Other fields of a section that the client's stand in don't count.
 */
export function httpClientFingerprint(config: HttpClientConfig): string {
  const keys = Object.keys(httpClientShape) as readonly (keyof HttpClientConfig)[];
  // A password in the URL of tokens is masked, too, though that is no secret as a whole.
  const secrets = [...keys.map((key) => secretsIn(config[key])), config.oauth2?.token_url];
  const text = printField(mappingField(httpClientShape), config) + JSON.stringify(secrets);
  return createHash("sha256").update(text).digest("hex");
}

function secretsIn(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const text = reveal(value as Secret) as string | undefined;
  if (text !== undefined) return [text];
  const parts: Iterable<unknown> = value instanceof Map ? value.values() : Object.values(value);
  return [...parts].map(secretsIn);
}
