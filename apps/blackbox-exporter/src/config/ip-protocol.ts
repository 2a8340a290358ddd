import { booleanField, omitEmpty, stringField } from "@ferula/config";

/** Which addresses a probe goes to. "" and `ip6` prefer IPv6; upstream takes any other text for `ip4`. */
export const ipShape = {
  preferred_ip_protocol: stringField(),
  ip_protocol_fallback: omitEmpty(booleanField(true)),
} as const;
