import { durationField, mappingField } from "@ferula/config";
import { filled, keptSecret, keptText } from "./fields.ts";

/** A section of `ovhcloud_sd_configs`: dedicated servers or private ones of OVHcloud (discovery/ovhcloud `SDConfig`). */
export const ovhcloudField = mappingField(
  {
    endpoint: keptText("ovh-eu"),
    application_key: keptText(),
    application_secret: keptSecret(),
    consumer_key: keptSecret(),
    refresh_interval: durationField(60_000),
    service: keptText(),
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
