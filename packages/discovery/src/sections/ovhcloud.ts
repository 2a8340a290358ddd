import { described, mappingField } from "@ferula/config";
import { filled, keptRefreshField, keptSecret, keptText } from "./fields.ts";

/** A section of `ovhcloud_sd_configs`: dedicated servers or private ones of OVHcloud (discovery/ovhcloud `SDConfig`). */
export const ovhcloudField = mappingField(
  {
    endpoint: described(keptText("ovh-eu"), "Which API is asked, such as `ovh-eu`."),
    application_key: described(keptText(), "The key of the application."),
    application_secret: described(keptSecret(), "The secret of the application."),
    consumer_key: described(keptSecret(), "The key that the application may act for a user with."),
    refresh_interval: keptRefreshField(60_000),
    service: described(keptText(), "What is found: `dedicated_server` or `vps`."),
  },
  {
    checks: [
      filled("endpoint", "endpoint can not be empty"),
      filled("application_key", "application key can not be empty"),
      filled("application_secret", "application secret can not be empty"),
      filled("consumer_key", "consumer key can not be empty"),
      {
        of: ["service"],
        check: ({ service }, report) => {
          if (!["dedicated_server", "vps"].includes(service)) report("service", `unknown service: ${service}`);
        },
      },
    ],
  },
);
