/** What the command line says of scraping. */
export interface ScrapeOptions {
  /** Whether a scrape that comes a little early or late is stamped with the time it was due: equal steps pack better. */
  readonly alignsTimestamps: boolean;
  /** How much a little is; never more than a hundredth of the interval. */
  readonly timestampToleranceMs: number;
  /** The most bytes that a body may have where its job has no limit; 0 is no limit. */
  readonly bodyCeilingBytes: number;
  /** Whether the type and the unit of a metric become labels of its series. */
  readonly typeAndUnitLabels: boolean;
  /** Whether the storage is told when counters began, by the protobuf format and the `_created` lines of OpenMetrics. */
  readonly takesStartTimestamps: boolean;
  /** Whether starts are made up for counters that tell none. */
  readonly makesUpStarts: boolean;
}

/** As the command line has it where it says nothing. */
export const defaultScrapeOptions: ScrapeOptions = {
  alignsTimestamps: true,
  timestampToleranceMs: 2,
  bodyCeilingBytes: 256 * 1024 * 1024,
  typeAndUnitLabels: false,
  takesStartTimestamps: false,
  makesUpStarts: false,
};
