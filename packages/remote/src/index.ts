export { type MessageType, messageTypes, readMessageTypes } from "./receiver/message-types.ts";
export { type ReceiverDeps, receiverRoutes } from "./receiver/receiver-routes.ts";
export { type ExemplarSink, type SeriesMetadataRow, type SeriesMetadataSink } from "./receiver/sinks.ts";
export { type AnswerThread, type AnswerTask } from "./read/answer-thread.ts";
export { type AnswerForm, type AnswerJob, type SelectedQuery } from "./read/answer.ts";
export { type ChunkSelectionSource, type ReadDeps, readRoutes } from "./read/read-routes.ts";
export { type AnswerWorkerStart, storedAnswers, type StoredAnswerOptions } from "./read/start-answer-thread.ts";
