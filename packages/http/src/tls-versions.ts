/** The names of TLS versions in configurations, and OpenSSL's for them. */
export const TLS_VERSIONS = { TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

/** The name of a TLS version in configurations. */
export type TlsVersion = keyof typeof TLS_VERSIONS;

/** All of them, the oldest first. */
export const TLS_VERSION_NAMES: readonly ["TLS10", "TLS11", "TLS12", "TLS13"] = ["TLS10", "TLS11", "TLS12", "TLS13"];
