/** What a disk writes whole or not at all, in bytes. */
export const SECTOR_BYTES = 512;

/** Damage for `FaultyFiles.corrupt`: gives back changed content of a file. */
export type Damage = (content: Uint8Array) => Uint8Array;

/** One bit is the other way round. `bit` counts from the first byte's lowest bit. Throws RangeError behind the end of the file. */
export function flipBit(bit: number): Damage {
  return (content) => {
    const index = Math.floor(bit / 8);
    if (!(bit >= 0 && index < content.length)) throw new RangeError(`the file has no bit ${bit}`);
    content[index] ^= 1 << (bit % 8);
    return content;
  };
}

/**
 * The sector that holds `offset` was written up to there only: the rest of it is zeros, and what follows it stands as it was. Throws
 * RangeError behind the end of the file.
 */
export function tearSector(offset: number): Damage {
  return (content) => {
    if (!(offset >= 0 && offset < content.length)) throw new RangeError(`the file has no byte ${offset}`);
    const end = (Math.floor(offset / SECTOR_BYTES) + 1) * SECTOR_BYTES;
    return content.fill(0, offset, end);
  };
}

/**
 * What a power cut leaves of content that was not synced. A number: of the bytes past the synced end of a file, this many (a torn tail).
 * A function: the sectors for which it is true, by their number in the file; a disk may write them in any order, so that zeros can stand
 * before bytes that survived.
 */
export type Survivors = number | ((sector: number) => boolean);
