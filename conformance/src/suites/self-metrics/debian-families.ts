/** Families of Debian's 2.42 that are not ours, and the reasons. */
export const NOT_OURS: readonly { readonly name: RegExp; readonly why: string }[] = [
  { name: /^go_/, why: "the runtime is Node's: see nodejs_*" },
  { name: /^net_conntrack_/, why: "connections are not counted one by one" },
  { name: /^prometheus_api_remote_read_queries$/, why: "3.x calls it prometheus_remote_read_handler_queries" },
  { name: /^prometheus_remote_storage_/, why: "samples are not yet sent by remote write" },
  { name: /^prometheus_(sd_azure|treecache)_/, why: "a discovery that is refused" },
];

/** Families whose type or labels are others than in 2.42, as they are in 3.14. */
export const CHANGED_SINCE: Readonly<Record<string, string>> = {
  prometheus_notifications_dropped_total: "each Alertmanager has a queue of its own",
  prometheus_notifications_queue_length: "each Alertmanager has a queue of its own",
  prometheus_build_info: "tags of the build",
  prometheus_tsdb_head_out_of_order_samples_appended_total: "told by type",
};
