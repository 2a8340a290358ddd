import { describe } from "@jest/globals";
import { appendRules } from "./append-rules.ts";
import type { ContractStorage } from "./fixture.ts";
import { histogramRules } from "./histogram-rules.ts";
import { listingRules } from "./listing-rules.ts";
import { rejectionRules } from "./rejection-rules.ts";
import { selectRules } from "./select-rules.ts";

export type { ContractStorage } from "./fixture.ts";

/**
 * The tests that every storage must pass, as a jest suite called `name`. `makeStorage` is called in each test and gives an empty storage,
 * which is closed after the test when it has a `close`.
 */
export function storageContract(name: string, makeStorage: () => ContractStorage | Promise<ContractStorage>): void {
  describe(`${name} keeps the storage contract`, () => {
    appendRules(makeStorage);
    histogramRules(makeStorage);
    rejectionRules(makeStorage);
    selectRules(makeStorage);
    listingRules(makeStorage);
  });
}
