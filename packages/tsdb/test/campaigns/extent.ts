/*
 * How much of a campaign is run: a sample of its cases, all of them with FERULA_CAMPAIGN=full, which takes an hour, or a part of them with
 * FERULA_CAMPAIGN=2/8, the second of eight, so that several machines can share them.
 */
const extent: string = process.env["FERULA_CAMPAIGN"] ?? "";

/** Whether all cases are run. */
export const isFullCampaign: boolean = extent === "full";

/** The cases of `total`, from 0 on, that are run; `usual` of them, spread over all, where no campaign is asked for. */
export function chosenCases(total: number, usual: number): number[] {
  const [part, parts] = /^\d+\/\d+$/.test(extent) ? extent.split("/").map(Number) : [0, 0];
  const stride = isFullCampaign ? 1 : parts > 0 ? parts : Math.max(1, total / usual);
  const first = parts > 0 ? part - 1 : (stride - 1) / 2;
  const count = Math.ceil((total - first) / stride);
  return Array.from({ length: Math.max(0, count) }, (_, i) => Math.trunc(first + i * stride));
}
