/** A bcrypt hash with a cost that bcrypt knows. */
const BCRYPT_HASH = /^\$2[aby]?\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

const HASH_LENGTH = 59;

/** The cost of a bcrypt hash: its work doubles with each. Undefined when the text is none. */
export function bcryptCost(hash: string): number | undefined {
  const cost = BCRYPT_HASH.exec(hash)?.[1];
  return cost === undefined ? undefined : Number(cost);
}

/** What is wrong with a bcrypt hash, in the words of golang.org/x/crypto/bcrypt; undefined when nothing is. It shows nothing of the text. */
export function bcryptHashMistake(hash: string): string | undefined {
  if (bcryptCost(hash) !== undefined) return undefined;
  if (hash.length < HASH_LENGTH) return "crypto/bcrypt: hashedSecret too short to be a bcrypted password";
  const [, cost] = /^\$2[^$]?\$(\d\d)\$/.exec(hash) ?? [];
  if (cost !== undefined && (Number(cost) < 4 || Number(cost) > 31)) {
    return `crypto/bcrypt: cost ${Number(cost)} is outside allowed inclusive range 4..31`;
  }
  return "crypto/bcrypt: the password is not a bcrypt hash, as `htpasswd -B` makes it";
}

/** What a client says who it is. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Name and password of an `Authorization: Basic` header, read as strictly as Go does; undefined when it is none. */
export function basicCredentials(header: string | undefined): Credentials | undefined {
  const encoded = /^Basic ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
