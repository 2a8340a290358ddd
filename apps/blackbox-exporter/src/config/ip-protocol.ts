import { booleanField, described, omitEmpty, stringField } from "@ferula/config";

/** Which addresses a probe goes to. "" and `ip6` prefer IPv6; upstream takes any other text for `ip4`. */
export const ipShape = {
  preferred_ip_protocol: described(stringField(), "Which addresses are preferred, `ip4` or `ip6`."),
  ip_protocol_fallback: described(omitEmpty(booleanField(true)), "Whether addresses of the other protocol do if there are none of it."),
} as const;
