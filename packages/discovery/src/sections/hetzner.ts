import { durationField, integerField, mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, wordField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `hetzner_sd_configs`: servers of Hetzner, dedicated ones (`robot`) or those of its cloud (discovery/hetzner `SDConfig`). */
export const hetznerField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: durationField(60_000),
    port: integerField(80),
    role: wordField(["robot", "hcloud"], "", (role) => `unknown role ${JSON.stringify(role)}`),
    label_selector: stringField(),
  },
  { checks: [filled("role", "role missing (one of: robot, hcloud)"), httpCheck] },
);
