import type { TlsClientConfig } from "@ferula/http";
import type { Module } from "./blackbox-config.ts";

/** Something that a module can ask for and its prober can't do yet. */
interface Unserved {
  /** Its place in the module. */
  readonly key: string;
  readonly what: string;
  readonly isAsked: (module: Module) => boolean;
}

const SECRET_STORE = "a reference to a store of secrets";

/** By the prober that would do without. */
const UNSERVED: Readonly<Partial<Record<Module["prober"], readonly Unserved[]>>> = {
  http: [
    { key: "http.oauth2", what: "OAuth 2", isAsked: ({ http }) => http.oauth2 !== undefined },
    { key: "http.proxy_url", what: "a proxy", isAsked: ({ http }) => http.proxy_url !== undefined },
    { key: "http.proxy_from_environment", what: "a proxy", isAsked: ({ http }) => http.proxy_from_environment },
    { key: "http.enable_http3", what: "HTTP/3", isAsked: ({ http }) => http.enable_http3 },
    {
      key: "http.fail_if_body_json_matches_cel",
      what: "a CEL expression",
      isAsked: ({ http }) => http.fail_if_body_json_matches_cel !== undefined,
    },
    {
      key: "http.fail_if_body_json_not_matches_cel",
      what: "a CEL expression",
      isAsked: ({ http }) => http.fail_if_body_json_not_matches_cel !== undefined,
    },
    {
      key: "http.basic_auth",
      what: SECRET_STORE,
      isAsked: ({ http }) => isAnyGiven(http.basic_auth?.username_ref, http.basic_auth?.password_ref),
    },
    { key: "http.authorization", what: SECRET_STORE, isAsked: ({ http }) => isAnyGiven(http.authorization?.credentials_ref) },
    { key: "http.tls_config", what: SECRET_STORE, isAsked: ({ http }) => hasTlsReference(http.tls_config) },
  ],
  tcp: [{ key: "tcp.tls_config", what: SECRET_STORE, isAsked: ({ tcp }) => hasTlsReference(tcp.tls_config) }],
};

function hasTlsReference(tls: TlsClientConfig): boolean {
  return isAnyGiven(tls.ca_ref, tls.cert_ref, tls.key_ref);
}

function isAnyGiven(...texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => text !== undefined && text !== "");
}

/** What keeps a module from being probed by, one reason for each: to probe without it would be to answer another question. */
export function unservedIn(module: Module): readonly string[] {
  return (UNSERVED[module.prober] ?? [])
    .filter(({ isAsked }) => isAsked(module))
    .map(({ key, what }) => `${key}: ${what} is not supported yet`);
}
