/** The Castagnoli polynomial, bits reversed (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78;

/** The eight tables of 256 that CRC32C takes eight bytes a step with: entry `256 * k + byte` is what `byte` adds when k more follow it. */
export function crc32cTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const shorter = tables[i - 256];
    tables[i] = tables[shorter & 255] ^ (shorter >>> 8);
  }
  return tables;
}
