import type { ExemplarRow } from "@ferula/model";
import type { Logger } from "@ferula/logging";
import { complain, type Complaints, PHASES, printSeries } from "./complaints.ts";
import { sortLabels } from "./series-labels.ts";
import { TOO_FAR_AHEAD } from "./collect-rows.ts";
import type { ExemplarSink } from "./sinks.ts";
import type { Workspace } from "./workspace.ts";

/** Where exemplars go. Without a sink all count as taken, as upstream has it where none are kept. */
export interface ExemplarDeps {
  readonly exemplars?: ExemplarSink | undefined;
  readonly logger: Logger;
}

/**
 * Hands on the exemplars of each series that has a reference and returns how many were taken. One that can't be taken never fails a
 * request; 2.0 is told of those that come too late.
 */
export function appendExemplars(deps: ExemplarDeps, workspace: Workspace, latestMs: number, complaints: Complaints): number {
  const { columns, seriesRefs } = workspace;
  let taken = 0;
  let next = 0;
  let outOfOrder = 0;
  for (let i = 0; i < columns.seriesCount && next < columns.exemplars.length; i++) {
    const end = columns.exemplarEnds[i];
    const rows: ExemplarRow[] = [];
    for (; next < end; next++) {
      if (seriesRefs[i] === 0) continue;
      const { fault, labels, timestampMs, value } = columns.exemplars[next];
      if (fault !== undefined) {
        const text = `parsing exemplar for series ${printSeries(columns, i)}: ${fault}`;
        complain(complaints, { seriesIndex: i, phase: PHASES.exemplar, text, namesSeries: false });
      } else if (timestampMs > latestMs) {
        logFailure(deps, workspace, i, TOO_FAR_AHEAD);
      } else {
        rows.push({ ref: seriesRefs[i], timestampMs, value, labels: sortLabels(labels) });
      }
    }
    if (rows.length === 0) continue;
    const outcome = appendOf(deps, workspace, i, rows);
    taken += rows.length - outcome.outOfOrder - outcome.refused;
    outOfOrder += outcome.outOfOrder;
    for (let k = 0; k < outcome.outOfOrder; k++)
      complain(complaints, { seriesIndex: i, phase: PHASES.exemplar, text: OUT_OF_ORDER, namesSeries: true });
  }
  if (outOfOrder > 0) deps.logger.warn("Error on ingesting out-of-order exemplars", { num_dropped: outOfOrder });
  return taken;
}

const OUT_OF_ORDER = "out of order exemplar";

/** How many of the rows came too late, and how many else could not be taken. */
function appendOf(
  deps: ExemplarDeps,
  workspace: Workspace,
  i: number,
  rows: readonly ExemplarRow[],
): Record<"outOfOrder" | "refused", number> {
  if (deps.exemplars === undefined) return { outOfOrder: 0, refused: 0 };
  try {
    const { outOfOrder, tooLong, unknownSeries } = deps.exemplars(rows);
    return { outOfOrder, refused: tooLong + unknownSeries };
  } catch (error) {
    logFailure(deps, workspace, i, error);
    return { outOfOrder: 0, refused: rows.length };
  }
}

function logFailure({ logger }: ExemplarDeps, { columns }: Workspace, i: number, err: unknown): void {
  logger.error("failed to ingest exemplar, emitting error log, but no error for PRW caller", { err, series: printSeries(columns, i) });
}
