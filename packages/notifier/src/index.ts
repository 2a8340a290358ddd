export { type Alert } from "./alert.ts";
export { createNotifier, type Notifier, type NotifierOptions } from "./manager.ts";
export { alertingShape, sectionName, type AlertingConfig, type AlertmanagerConfig } from "./notifier-config.ts";
export { sigv4Field } from "./sigv4-config.ts";
