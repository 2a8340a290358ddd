import { described, mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, keptRefreshField, portField, keptWord } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `hetzner_sd_configs`: servers of Hetzner, dedicated ones (`robot`) or those of its cloud (discovery/hetzner `SDConfig`). */
export const hetznerField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: keptRefreshField(60_000),
    port: portField(80),
    role: described(
      keptWord(["robot", "hcloud"], "", (role) => `unknown role ${JSON.stringify(role)}`),
      "What is found: dedicated servers (`robot`) or those of the cloud (`hcloud`).",
    ),
    label_selector: described(stringField(), "Which servers of the cloud are found, by their labels."),
  },
  { checks: [filled("role", "role missing (one of: robot, hcloud)"), httpCheck] },
);
