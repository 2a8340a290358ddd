import { described, mappingField, stringField, type ConfigOf } from "@ferula/config";
import { endpointField } from "../endpoint-url.ts";
import { needed } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  api_url: described(endpointField(), "The address of the API."),
  message: described(templateField("webex.default.message"), "The text of the message."),
  room_id: described(stringField(), "The ID of the room."),
} as const;

/** `webex_configs` (config/notifiers.go `WebexConfig`). */
export const webex: Integration<ConfigOf<typeof shape>> = {
  kind: "webex",
  description: "Messages in a room of Webex.",
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
