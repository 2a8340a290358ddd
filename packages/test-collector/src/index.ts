export { startCollector, type Behaviour, type Collector, type CollectorOptions, type CollectorRequest } from "./collector.ts";
export { type CollectedSpan } from "./read-spans.ts";
