import { nodeFiles } from "@ferula/files";
import type { Head } from "../head/head.ts";
import type { FilledOptions } from "../options.ts";
import { createSymbolReader } from "../read/symbol-reader.ts";
import { createInlineRunner } from "./inline-runner.ts";
import type { JobRunner } from "./jobs.ts";
import { localHeadSource } from "./local-head-source.ts";
import { selectionOpener } from "./open-slice.ts";
import { createThreadRunner, hasWorker } from "./thread-runner.ts";

/** A thread for the long work where there can be one: it has the machine's files and no clock but the machine's. */
export function createRunner(options: FilledOptions, head: Head, decodeScratch: number): JobRunner {
  const { files, dir, shared, logger, floatEncoding, blockSegmentBytes, nowMs } = options;
  const source = localHeadSource(head);
  if (files === nodeFiles && nowMs === Date.now && hasWorker) {
    return createThreadRunner({ shared, head: source, logger, dir, floatEncoding, blockSegmentBytes, decodeScratch });
  }
  const symbolReader = createSymbolReader(shared);
  return createInlineRunner({
    files,
    dir,
    shared,
    logger,
    head: source,
    symbolReader,
    openSelection: selectionOpener({ shared, files, dir, symbolReader, decodeScratch }),
    floatEncoding,
    blockSegmentBytes,
    nowMs,
  });
}
