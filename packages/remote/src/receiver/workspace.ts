import { createWriteColumns, type WriteColumns } from "@ferula/wire";

/** What one request is read into and looked up in. */
export interface Workspace {
  readonly columns: WriteColumns;
  /** Of each series its reference; 0 where nothing of it is to be stored. */
  seriesRefs: Uint32Array;
  /** Of each row that is stored its series' reference. */
  rowRefs: Uint32Array;
  /** Of each row that is stored the index of its series. */
  rowSeries: Uint32Array;
}

/** So many are kept for later requests; more are made while so many requests come at once. */
const MOST_KEPT = 8;
/** A workspace with room for more samples is not kept. */
const MOST_KEPT_ROWS = 65_536;

/** Workspaces that requests take and give back, so that their columns are made once. */
export interface WorkspacePool {
  readonly take: () => Workspace;
  readonly giveBack: (workspace: Workspace) => void;
}

export function createWorkspacePool(): WorkspacePool {
  const kept: Workspace[] = [];
  return {
    take: () => kept.pop() ?? createWorkspace(),
    giveBack(workspace) {
      if (kept.length < MOST_KEPT && workspace.columns.samples.timestampsMs.length <= MOST_KEPT_ROWS) kept.push(workspace);
    },
  };
}

function createWorkspace(): Workspace {
  return { columns: createWriteColumns(), seriesRefs: new Uint32Array(64), rowRefs: new Uint32Array(64), rowSeries: new Uint32Array(64) };
}

/** Makes room for what the columns hold. */
export function fitWorkspace(workspace: Workspace): void {
  const { seriesCount, samples } = workspace.columns;
  if (workspace.seriesRefs.length < seriesCount) workspace.seriesRefs = new Uint32Array(seriesCount * 2);
  if (workspace.rowRefs.length < samples.length) {
    workspace.rowRefs = new Uint32Array(samples.length * 2);
    workspace.rowSeries = new Uint32Array(samples.length * 2);
  }
}
