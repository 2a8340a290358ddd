/** What a column of /proc/diskstats is exposed as. */
export interface DiskColumn {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  /** One of the kernel's units in ours. */
  readonly unit: number;
}

/** The kernel counts in sectors of 512 bytes, whatever those of the disk are. */
const BYTES_PER_SECTOR = 512;

const SECONDS_PER_MILLISECOND = 1 / 1000;

/** The columns in the kernel's order (Documentation/admin-guide/iostats.rst). Older kernels have only the first 11 or 15. */
export const diskColumns: readonly DiskColumn[] = [
  column("reads_completed_total", "The total number of reads completed successfully."),
  column("reads_merged_total", "The total number of reads merged."),
  column("read_bytes_total", "The total number of bytes read successfully.", BYTES_PER_SECTOR),
  column("read_time_seconds_total", "The total number of seconds spent by all reads.", SECONDS_PER_MILLISECOND),
  column("writes_completed_total", "The total number of writes completed successfully."),
  column("writes_merged_total", "The number of writes merged."),
  column("written_bytes_total", "The total number of bytes written successfully.", BYTES_PER_SECTOR),
  column("write_time_seconds_total", "This is the total number of seconds spent by all writes.", SECONDS_PER_MILLISECOND),
  { ...column("io_now", "The number of I/Os currently in progress."), type: "gauge" },
  column("io_time_seconds_total", "Total seconds spent doing I/Os.", SECONDS_PER_MILLISECOND),
  column("io_time_weighted_seconds_total", "The weighted # of seconds spent doing I/Os.", SECONDS_PER_MILLISECOND),
  column("discards_completed_total", "The total number of discards completed successfully."),
  column("discards_merged_total", "The total number of discards merged."),
  column("discarded_sectors_total", "The total number of sectors discarded successfully."),
  column("discard_time_seconds_total", "This is the total number of seconds spent by all discards.", SECONDS_PER_MILLISECOND),
  column("flush_requests_total", "The total number of flush requests completed successfully"),
  column("flush_requests_time_seconds_total", "This is the total number of seconds spent by all flush requests.", SECONDS_PER_MILLISECOND),
];

function column(name: string, help: string, unit = 1): DiskColumn {
  return { name: `node_disk_${name}`, help, type: "counter", unit };
}
