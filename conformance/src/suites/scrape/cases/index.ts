import type { ScrapeCase } from "../scrape-case.ts";
import { failureCases } from "./failures.ts";
import { histogramCases } from "./histograms.ts";
import { labelCases } from "./labels.ts";
import { limitCases } from "./limits.ts";
import { openMetricsCases } from "./openmetrics.ts";
import { protobufCases } from "./protobuf.ts";
import { reloadCases } from "./reloads.ts";
import { startingCases } from "./starts.ts";
import { textCases } from "./text.ts";
import { timeCases } from "./times.ts";

/** All of them; each runs at the same time as all others with its features. */
export const allCases: readonly ScrapeCase[] = [
  ...textCases,
  ...openMetricsCases,
  ...protobufCases,
  ...histogramCases,
  ...timeCases,
  ...labelCases,
  ...limitCases,
  ...failureCases,
  ...reloadCases,
  ...startingCases,
];
