export {
  alertmanagerSchema,
  printAlertmanagerFile,
  readAlertmanagerFile,
  readServedAlertmanagerFile,
  type AlertmanagerConfigResult,
  type AlertmanagerFile,
} from "./config/alertmanager-config.ts";
export { toInhibitRule } from "./config/inhibit-config.ts";
export { toRouteDefinition } from "./config/route-config.ts";
export { containsTime } from "./config/time-intervals/contains-time.ts";
export { type TimeInterval } from "./config/time-intervals/time-interval.ts";
export { DeliveryError, type FailureReason, type Receiver, type SendContext } from "./pipeline/delivery.ts";
export { createNotificationMetrics, type NotificationMetrics } from "./pipeline/metrics.ts";
export { createPipeline, type PipelineDeps } from "./pipeline/pipeline.ts";
export { buildReceivers, INTEGRATIONS, type BuiltReceivers } from "./receivers/build-receivers.ts";
export { notificationData, type AlertData, type NotificationData } from "./templates/data.ts";
export { loadTemplates, type Templates } from "./templates/templates.ts";
