// The generator of certificates stands on decorators.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator, type X509Certificate } from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

/** A certificate and its private key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority. */
export interface Authority extends Certificate {
  /** Signs a certificate for these names; a name of digits and dots is an IP address. */
  readonly issue: (names: readonly string[], options?: { readonly expired?: boolean }) => Promise<Certificate>;
}

/** Makes a certificate authority with a key of its own; what it signs is valid for a day. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new BasicConstraintsExtension(true, 1, true)],
      ...validity(false),
    },
    webcrypto as Crypto,
  );
  return {
    cert: root.toString("pem"),
    key: await pemOfKey(keys.privateKey),
    async issue(names, { expired = false } = {}) {
      const own = await newKeys();
      const certificate: X509Certificate = await X509CertificateGenerator.create(
        {
          subject: "CN=test",
          issuer: root.subject,
          publicKey: own.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: ALGORITHM,
          extensions: [
            new SubjectAlternativeNameExtension(names.map((value) => ({ type: /^[\d.]+$/.test(value) ? "ip" : "dns", value }) as const)),
          ],
          ...validity(expired),
        },
        webcrypto as Crypto,
      );
      return { cert: certificate.toString("pem"), key: await pemOfKey(own.privateKey) };
    },
  };
}

type Crypto = NonNullable<Parameters<typeof X509CertificateGenerator.create>[1]>;
type Keys = Parameters<typeof X509CertificateGenerator.createSelfSigned>[0]["keys"];

async function newKeys(): Promise<Keys> {
  return (await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as Keys;
}

async function pemOfKey(key: Keys["privateKey"]): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key as webcrypto.CryptoKey));
  return `-----BEGIN PRIVATE KEY-----\n${der.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
}

function validity(expired: boolean): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 10 * DAY_MS), notAfter: new Date(expired ? now - DAY_MS : now + DAY_MS) };
}
