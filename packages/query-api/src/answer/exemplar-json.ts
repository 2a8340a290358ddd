import { formatJsonFloat, type Labels } from "@ferula/model";
import type { SeriesExemplarsView } from "../ports.ts";
import { goJson } from "./go-json.ts";
import { labelMap } from "./label-json.ts";

/** Exemplars as upstream writes them: values as strings, times in seconds (web/api/v1/json_codec.go `marshalExemplarJSON`). */
export function exemplarsJson(found: readonly SeriesExemplarsView[]): string {
  return `[${found.map(seriesJson).join(",")}]`;
}

function seriesJson({ seriesLabels, exemplars }: SeriesExemplarsView): string {
  const rows = exemplars.map(
    ({ labels, value, timestampMs }) =>
      `{"labels":${labelsJson(labels)},"value":"${formatJsonFloat(value)}","timestamp":${secondsText(timestampMs)}}`,
  );
  return `{"seriesLabels":${labelsJson(seriesLabels)},"exemplars":[${rows.join(",")}]}`;
}

function labelsJson(labels: Labels): string {
  return goJson(labelMap(labels));
}

/** Whole seconds without a fraction, others with three digits of it. */
function secondsText(timestampMs: number): string {
  return timestampMs % 1000 === 0 ? String(timestampMs / 1000) : (timestampMs / 1000).toFixed(3);
}
