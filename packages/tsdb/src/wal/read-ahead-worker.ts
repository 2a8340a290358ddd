import { parentPort, workerData } from "node:worker_threads";
import { nodeFiles } from "@ferula/files";
import { type ReadStart, serveReading } from "./read-ahead-serve.ts";

// The program of the worker that reads a log ahead of its replay, until it is terminated.
if (parentPort === null) throw new Error("BUG: reading ahead runs as a worker thread only");
serveReading(parentPort, nodeFiles, workerData as ReadStart);
