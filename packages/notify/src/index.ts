export { printAlertmanagerFile, readAlertmanagerFile, type AlertmanagerFile } from "./config/alertmanager-config.ts";
export { toInhibitRule, toRouteDefinition } from "./config/route-config.ts";
export { DeliveryError, type FailureReason, type Receiver, type SendContext } from "./pipeline/delivery.ts";
export { createNotificationMetrics, type NotificationMetrics } from "./pipeline/metrics.ts";
export { createPipeline, type PipelineDeps } from "./pipeline/pipeline.ts";
export { buildReceivers, INTEGRATIONS, type BuiltReceivers } from "./receivers/build-receivers.ts";
export { notificationData, type AlertData, type NotificationData } from "./templates/data.ts";
export { loadTemplates, type Templates } from "./templates/templates.ts";
