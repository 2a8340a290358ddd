import { booleanField, mappingField, optionalField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { endpointField } from "../endpoint-url.ts";
import { needed } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  api_url: endpointField(),
  message: templateField("webex.default.message"),
  room_id: stringField(),
} as const;

/** `webex_configs` (config/notifiers.go `WebexConfig`). */
export const webex: Integration<ConfigOf<typeof shape>> = {
  kind: "webex",
  field: mappingField(shape, {
    checks: [
      needed("room_id", "missing room_id on webex_config"),
      {
        of: ["http_config"],
        check({ http_config: http }, report) {
          if (http?.authorization === undefined) report("http_config", "missing webex_configs.http_config.authorization");
        },
      },
    ],
  }),
  inherit: (section, global) => ({ ...inheritHttp(section, global), api_url: section.api_url ?? global.webex_api_url }),
};
