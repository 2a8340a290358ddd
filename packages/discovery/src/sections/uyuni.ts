import { described, mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, keptSecret, keptText, refreshField } from "./fields.ts";
import { readUrl } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `uyuni_sd_configs`: systems that Uyuni manages (discovery/uyuni `SDConfig`). */
export const uyuniField = mappingField(
  {
    server: described(keptText(), "The address of the server."),
    username: described(keptText(), "The name of the user."),
    password: described(keptSecret(), "The user's password."),
    ...httpClientShape,
    entitlement: described(stringField("monitoring_entitled"), "What a system must be entitled to."),
    separator: described(stringField(","), "What stands between groups in their label."),
    refresh_interval: refreshField(60_000),
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
