import { mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, intervalField, keptSecret, keptText } from "./fields.ts";
import { readUrl } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `uyuni_sd_configs`: systems that Uyuni manages (discovery/uyuni `SDConfig`). */
export const uyuniField = mappingField(
  {
    server: keptText(),
    username: keptText(),
    password: keptSecret(),
    ...httpClientShape,
    entitlement: stringField("monitoring_entitled"),
    separator: stringField(","),
    refresh_interval: intervalField(60_000),
  },
  {
    checks: [
      filled("server", "Uyuni SD configuration requires server host"),
      {
        of: ["server"],
        check: ({ server }, report) => void readUrl("server", server, report, "Uyuni Server URL is not valid: "),
      },
      filled("username", "Uyuni SD configuration requires a username"),
      filled("password", "Uyuni SD configuration requires a password"),
      httpCheck,
    ],
  },
);
