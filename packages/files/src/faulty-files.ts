import type { Damage, Survivors } from "./damage.ts";
import { fileError, type Fault } from "./fault.ts";
import { MemoryDisk } from "./memory-disk.ts";
import type { Files } from "./files.ts";

/**
 * A file system in memory for tests, with the faults of real ones. Every operation of `Files` and `OpenFile` except `size`, `stat` and
 * `close` counts; what a compound operation does inside counts too.
 */
export interface FaultyFiles extends Files {
  /** Operations so far. A test runs its scenario once to learn n, then once for each of 1…n with `failAt`. */
  readonly operationCount: number;
  /** The operation with this number (the first is 1) fails once. */
  readonly failAt: (operationNumber: number, fault: Fault) => void;
  /** The operation with this number and all after it fail until `heal` or a power cut. */
  readonly failFrom: (operationNumber: number, fault: Fault) => void;
  /** Every write to files whose path contains `part` fails until `heal`. */
  readonly failWritesTo: (part: string, fault: Fault) => void;
  /** All files together may hold this many bytes; a write past it is cut short and throws ENOSPC. */
  readonly setCapacity: (capacityBytes: number) => void;
  /** Takes back `failAt`, `failFrom`, `failWritesTo` and `setCapacity`. */
  readonly heal: () => void;
  /**
   * Drops what was not synced: content without `sync`, names without `syncFolder`; `survivors` says what of the content was on the disk
   * already. Files that were open fail with EBADF from now on.
   */
  readonly powerCut: (survivors?: Survivors) => void;
  /** Changes bytes on the disk behind everybody's back; see `flipBit` and `tearSector`. */
  readonly corrupt: (path: string, damage: Damage) => void;
}

/** An empty disk that works until told otherwise. */
export function createFaultyFiles(): FaultyFiles {
  let operationCount = 0;
  const failing = new Map<number, Fault>();
  let failingFrom = Infinity;
  let fromFault: Fault = { code: "EIO" };
  let failingPart: string | undefined;
  let partFault: Fault = { code: "EIO" };

  /** Throws, or says how many bytes of a write may pass before it must throw. */
  function account(operation: string, path: string): Fault | undefined {
    operationCount++;
    const fault =
      failing.get(operationCount) ??
      (operationCount >= failingFrom ? fromFault : undefined) ??
      (operation === "write" && failingPart !== undefined && path.includes(failingPart) ? partFault : undefined);
    if (fault !== undefined && operation !== "write") throw fileError(fault.code, operation, path);
    return fault;
  }

  const disk = new MemoryDisk(account);
  const faulty: FaultyFiles = {
    ...disk.files,
    get operationCount() {
      return operationCount;
    },
    failAt: (operationNumber, fault) => {
      failing.set(operationNumber, fault);
    },
    failFrom: (operationNumber, fault) => {
      failingFrom = operationNumber;
      fromFault = fault;
    },
    failWritesTo: (part, fault) => {
      failingPart = part;
      partFault = fault;
    },
    setCapacity: (capacityBytes) => {
      disk.capacityBytes = capacityBytes;
    },
    heal: () => {
      failing.clear();
      failingFrom = Infinity;
      failingPart = undefined;
      disk.capacityBytes = Infinity;
    },
    powerCut: (survivors = 0) => {
      failingFrom = Infinity;
      disk.powerCut(survivors);
    },
    corrupt: (path, damage) => {
      disk.corrupt(path, damage);
    },
  };
  return faulty;
}
