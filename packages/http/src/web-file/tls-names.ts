import { wordField, type Field } from "@ferula/config";

/**
 * The cipher suites that may be named (Go's `tls.CipherSuites()`), in the order in which Go's servers prefer them, and OpenSSL's names.
 * Those of TLS 1.3 have none here: they may be named, but can't be chosen among, in Go as little as here.
 */
const CIPHERS = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ECDHE-ECDSA-AES128-GCM-SHA256",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "ECDHE-RSA-AES128-GCM-SHA256",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ECDHE-ECDSA-AES256-GCM-SHA384",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "ECDHE-RSA-AES256-GCM-SHA384",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-RSA-CHACHA20-POLY1305",
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: "ECDHE-ECDSA-AES128-SHA",
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: "ECDHE-RSA-AES128-SHA",
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: "ECDHE-ECDSA-AES256-SHA",
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: "ECDHE-RSA-AES256-SHA",
  TLS_AES_128_GCM_SHA256: undefined,
  TLS_AES_256_GCM_SHA384: undefined,
  TLS_CHACHA20_POLY1305_SHA256: undefined,
} as const;

/** The name of a cipher suite in a web file: Go's. */
export type CipherName = keyof typeof CIPHERS;

const CIPHER_NAMES: readonly CipherName[] = Object.keys(CIPHERS) as CipherName[];

/** What HTTP/2 asks of a server that speaks TLS 1.2 (RFC 9113, 9.2.2): one of these. */
export const HTTP2_CIPHERS: readonly CipherName[] = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"];

const CURVES = { CurveP256: "P-256", CurveP384: "P-384", CurveP521: "P-521", X25519: "X25519" } as const;

/** The name of a curve in a web file. */
export type CurveName = keyof typeof CURVES;

const CURVE_NAMES: readonly CurveName[] = Object.keys(CURVES) as CurveName[];

/**
 * OpenSSL's list of the named suites up to TLS 1.2, in Go's order, whatever theirs is; none named, all that Go offers. "" when there are
 * only suites of TLS 1.3 among them.
 */
export function cipherList(names: readonly CipherName[]): string {
  const chosen = names.length === 0 ? CIPHER_NAMES : CIPHER_NAMES.filter((name) => names.includes(name));
  return chosen.flatMap((name) => CIPHERS[name] ?? []).join(":");
}

/** Whether HTTP/2 can be offered with these suites; none named, it can. */
export function suitsHttp2(names: readonly CipherName[]): boolean {
  return names.length === 0 || HTTP2_CIPHERS.some((name) => names.includes(name));
}

/** OpenSSL's list of the named curves; undefined for its own choice. */
export function curveList(names: readonly CurveName[]): string | undefined {
  return names.length === 0 ? undefined : names.map((name) => CURVES[name]).join(":");
}

/** A cipher suite by Go's name. */
export function cipherField(): Field<CipherName> {
  return wordField(CIPHER_NAMES, CIPHER_NAMES[0], (word) => `unknown cipher: ${word}`);
}

/** A curve by Go's name. */
export function curveField(): Field<CurveName> {
  return wordField(CURVE_NAMES, CURVE_NAMES[0], (word) => `unknown curve: ${word}`);
}
