import type { Report, Secret } from "@ferula/config";
import { isNothing } from "./fields.ts";

/** The two places where a cloud's secret key may stand. */
interface SecretKey {
  readonly secret_key: Secret | undefined;
  readonly secret_key_file: string;
}

/** Refuses a section whose secret key stands in none of its two places, or in both. */
export const secretKeyCheck = {
  of: ["secret_key", "secret_key_file"],
  check({ secret_key: key, secret_key_file: file }: SecretKey, report: Report): void {
    const which = "secret_key & secret_key_file must be configured";
    if (isNothing(key) && file === "") report("secret_key", `one of ${which}`);
    if (!isNothing(key) && file !== "") report("secret_key", `at most one of ${which}`);
  },
} as const;
