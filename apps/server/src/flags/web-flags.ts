import { boolFlag, durationFlag, type Flag, intFlag, stringFlag, webFlags } from "@ferula/flags";
import { type MessageType, messageTypes, readMessageTypes } from "@ferula/remote";

/** Where and what is served: `--web.…`. */
export const webFlagRows = {
  ...webFlags("0.0.0.0:9090"),
  "web.read-timeout": durationFlag({
    help: "Maximum duration before timing out read of the request, and closing idle connections.",
    default: 5 * 60_000,
  }),
  "web.max-connections": intFlag({ help: "Maximum number of simultaneous connections across all listeners.", default: 512 }),
  "web.max-notifications-subscribers": intFlag({
    help: "How many clients may be told of notifications as they come; more are turned away.",
    default: 16,
  }),
  "web.external-url": stringFlag({
    help: "The URL under which Prometheus is externally reachable. Its path is the prefix of all endpoints.",
    placeholder: "<URL>",
  }),
  "web.route-prefix": stringFlag({
    help: "Prefix for the internal routes of web endpoints. Defaults to path of --web.external-url.",
    placeholder: "<path>",
  }),
  "web.user-assets": stringFlag({ help: "Path to static asset directory, available at /user.", placeholder: "<path>" }),
  "web.enable-lifecycle": boolFlag({ help: "Enable shutdown and reload via HTTP request." }),
  "web.enable-admin-api": boolFlag({ help: "Enable API endpoints for admin control actions." }),
  "web.enable-remote-write-receiver": boolFlag({ help: "Enable API endpoint accepting remote write requests." }),
  "web.remote-write-receiver.accepted-protobuf-messages": messagesFlag(),
  "web.enable-otlp-receiver": boolFlag({ help: "Enable API endpoint accepting OTLP write requests.", support: "refused" }),
  "web.console.templates": stringFlag({
    help: "Path to the console template directory, available at /consoles.",
    default: "consoles",
  }),
  "web.console.libraries": stringFlag({
    help: "Path to the console library directory.",
    default: "console_libraries",
  }),
  "web.page-title": stringFlag({
    help: "Document title of Prometheus instance.",
    default: "Prometheus Time Series Collection and Processing Server",
  }),
  "web.cors.origin": stringFlag({ help: "Regex for CORS origin. It is fully anchored.", default: ".*" }),
  "web.search.max-limit": intFlag({
    help: "The highest limit that the search API (--enable-feature=search-api) accepts; 0 is none.",
    default: 10_000,
  }),
} as const;

function messagesFlag(): Flag<readonly MessageType[]> {
  const help = `List of the remote write protobuf messages to accept when receiving the remote writes. Supported values: ${messageTypes.join(", ")}`;
  return { ...stringFlag({ help, default: messageTypes, repeatable: true }), defaultValue: messageTypes, read: readMessageTypes };
}
