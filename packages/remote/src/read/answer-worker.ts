import { parentPort, workerData } from "node:worker_threads";
import { attachSharedMemory } from "@ferula/kernels";
import { createSelectionReader, type DbSelection } from "@ferula/tsdb";
import { createAnswering } from "./make-answers.ts";
import type { AnswerWorkerStart } from "./start-answer-thread.ts";

// The program of the thread that makes answers: it reads the process's one memory and the files of the storage until it is terminated.
if (parentPort === null) throw new Error("BUG: answers to remote reads are made on a worker thread only");
const port = parentPort;
const { memory, decodeScratch, dir } = workerData as AnswerWorkerStart;
const reader = createSelectionReader({ shared: attachSharedMemory(memory), dir, decodeScratch });

/** How long one answer may keep the others waiting. */
const SLICE_MS = 20;

const answering = createAnswering({
  sources: {
    open: (selection) => reader.open(selection as DbSelection),
    openChunks: (selection) => reader.openChunks(selection as DbSelection),
  },
  post: (message, transfer) => port.postMessage(message, [...transfer]),
  sliceMs: SLICE_MS,
});
port.on("message", answering.take);

/** How often files are let go of that were removed: until then they take room on the disk. */
const CLOSE_REMOVED_MS = 5000;

setInterval(() => {
  if (answering.isIdle()) reader.closeRemoved();
}, CLOSE_REMOVED_MS).unref();
