import { isIP, SocketAddress } from "node:net";

/** Takes a value that came as JSON for what it should be, or throws with its `path`. What is missing or null is the type's nothing, as in Go. */
export type Read<T> = (value: unknown, path: string) => T;

/** The members of an object that count; others are ignored, as a newer API may have them. */
type Shape = Readonly<Record<string, Read<unknown>>>;

/** What a shape reads. */
export type RecordOf<S extends Shape> = { readonly [K in keyof S]: S[K] extends Read<infer T> ? T : never };

/** A text, "" when there is none. */
export const text: Read<string> = (value, path) => {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw mismatch(path, "a string", value);
  return value;
};

/** True or false; false when there is none. */
export const flag: Read<boolean> = (value, path) => {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw mismatch(path, "true or false", value);
  return value;
};

/** A whole number in [min, max], 0 when there is none. */
export function integer(min: number, max: number): Read<number> {
  return (value, path) => {
    if (value === undefined || value === null) return 0;
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
      throw mismatch(path, `a whole number from ${min} to ${max}`, value);
    return value as number;
  };
}

/** A whole number, 0 when there is none. */
export const wholeNumber: Read<number> = (value, path) => {
  if (value === undefined || value === null) return 0;
  if (!Number.isSafeInteger(value)) throw mismatch(path, "a whole number", value);
  return value as number;
};

/** An IP address in its shortest form, "" when there is none. */
export const ipAddress: Read<string> = (value, path) => {
  const address = text(value, path);
  if (address === "") return "";
  if (isIP(address) === 0) throw mismatch(path, "an IP address", value);
  return shortestForm(address);
};

/** The address of a CIDR such as `10.0.0.7/24`, in its shortest form; "" when there is none. */
export const cidrAddress: Read<string> = (value, path) => {
  const cidr = text(value, path);
  if (cidr === "") return "";
  const [, address = "", bits = ""] = /^([^/%]*)\/(0|[1-9]\d{0,2})$/.exec(cidr) ?? [];
  const version = isIP(address);
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) throw mismatch(path, "an address with the length of its prefix", value);
  return shortestForm(address).replace(/^::ffff:(?=.*\.)/, "");
};

/** A list, empty when there is none. */
export function list<T>(read: Read<T>): Read<readonly T[]> {
  return (value, path) => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw mismatch(path, "a list", value);
    return value.map((item, i) => read(item, `${path}[${i}]`));
  };
}

/** The members of an object under names of any kind, as pairs. */
export function entries<T>(read: Read<T>): Read<readonly (readonly [name: string, value: T])[]> {
  return (value, path) => {
    const found = Object.entries(objectOf(value, path));
    return found.map(([name, member]) => [name, read(member, `${path}[${JSON.stringify(name)}]`)] as const);
  };
}

/** An object with known members. */
export function record<S extends Shape>(shape: S): Read<RecordOf<S>> {
  const members = Object.entries(shape);
  return (value, path) => {
    const object = objectOf(value, path);
    const read: Record<string, unknown> = {};
    for (const [name, readMember] of members) read[name] = readMember(object[name], path === "" ? name : `${path}.${name}`);
    return read as RecordOf<S>;
  };
}

/** What may be missing. */
export function optional<T>(read: Read<T>): Read<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : read(value, path));
}

function objectOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw mismatch(path, "an object", value);
  return value as Readonly<Record<string, unknown>>;
}

const MOST_SHOWN_CHARS = 64;

function mismatch(path: string, expected: string, value: unknown): Error {
  return new Error(`${path === "" ? "the answer" : path} must be ${expected}, not ${shown(value)}`);
}

/** Lists and objects may be long, and are only named. */
function shown(value: unknown): string {
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value);
  return text.length > MOST_SHOWN_CHARS ? `${text.slice(0, MOST_SHOWN_CHARS)}…` : text;
}

/** As Go prints it; a zone is kept. */
function shortestForm(address: string): string {
  if (!address.includes(":")) return address;
  const [bare, ...zone] = address.split("%");
  return [new SocketAddress({ address: bare, family: "ipv6" }).address, ...zone].join("%");
}
