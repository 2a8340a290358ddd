import { isIP, isIPv6 } from "node:net";

/** The family of an address as Go counts it, where an IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is IPv4; 0 for what is none. */
export function addressFamily(text: string): 0 | 4 | 6 {
  if (isIPv6(text)) return isMapped(ipv6Bytes(text)) ? 4 : 6;
  return isIP(text) === 4 ? 4 : 0;
}

/** An address as it is dialled: an IPv4 address written as IPv6 in its own notation, others unchanged. */
export function plainAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const bytes = ipv6Bytes(address);
  return isMapped(bytes) ? bytes.slice(12).join(".") : address;
}

/**
 * Whether Go's resolver would ask for a name. It is strict where the C library's takes numbers such as `0x7f000001` or `127.1` for
 * addresses and converts other alphabets.
 */
export function isDomainName(name: string): boolean {
  const labels = name.replace(/\.$/, "").split(".");
  if (name.length > 254 || !labels.every((label) => /^(?!-)[\w-]{1,63}(?<!-)$/.test(label))) return false;
  return !labels.every((label) => /^(?:\d+|0x[\da-f]*)$/i.test(label));
}

/** FNV-1a, 32 bits, over the bytes of an address. */
export function addressHash(address: string): number {
  const bytes = isIPv6(address) ? ipv6Bytes(address) : address.split(".").map(Number);
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function isMapped(bytes: readonly number[]): boolean {
  return bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
}

function ipv6Bytes(address: string): readonly number[] {
  const bare = address.split("%")[0];
  const withoutV4 = bare.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a: string, b: string, c: string, d: string) => `${hex(a, b)}:${hex(c, d)}`,
  );
  const [before, after] = withoutV4.split("::", 2);
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const middle = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...middle, ...tail].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

function hex(high: string, low: string): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}
