/** Campaigns run in whole with FERULA_CAMPAIGN=full, which takes minutes; a sample of their cases otherwise. */
export const isFullCampaign: boolean = process.env["FERULA_CAMPAIGN"] === "full";
