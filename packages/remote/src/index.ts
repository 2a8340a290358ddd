export { type MessageType, messageTypes, readMessageTypes } from "./receiver/message-types.ts";
export { type ReceiverDeps, receiverRoutes } from "./receiver/receiver-routes.ts";
export { type ExemplarSink, type SeriesMetadataRow, type SeriesMetadataSink } from "./receiver/sinks.ts";
