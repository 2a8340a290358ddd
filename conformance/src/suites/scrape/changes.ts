import type { Difference } from "./compare.ts";
import type { Version } from "./configuration.ts";
import type { Aspect } from "./observe.ts";

/** A reason for which ours may differ from a peer. */
export interface Change {
  readonly what: string;
  /** Set where ours is wrong, and the change goes when it is mended. */
  readonly isFault?: boolean;
  /** As narrow as can be told from the case and what differs. */
  readonly explains: (difference: Difference) => boolean;
}

/** What differs in an aspect of the cases that fit, where each line fits too. */
function lines(aspect: Aspect, cases: RegExp, each = /^/): Change["explains"] {
  return ({ name, aspect: which, missing, surplus }) =>
    which === aspect && cases.test(name) && [...missing, ...surplus].every((line) => each.test(line));
}

/** Cases that fit, in any aspect. */
function whole(cases: RegExp): Change["explains"] {
  return ({ name }) => cases.test(name);
}

const WITH_FAULT =
  /^(?:text-bad-|openmetrics-(?:bad-|no-end|behind-end)|limit-|failure-bad-|relabel-empty-name|reload-limit|(?:protobuf|converted)-sample-limit)/;
const ADDED = /__name__="scrape_series_added"/;
const MARKER = / stale(?: histogram)? (?:@|later)/;

/** With any version. */
const always: readonly Change[] = [
  {
    what: "of a body with a fault or over a limit, upstream takes what stands before for seen: these series do not end, and end later where they never were",
    explains: lines("samples", WITH_FAULT, new RegExp(`${MARKER.source}|${ADDED.source}`)),
  },
  { what: "blanks before a metric's name are no part of it", explains: whole(/^text-indented$/) },
  {
    what: "a job that is removed ends its series; upstream means to, and is interrupted by itself",
    explains: lines("samples", /^reload-removed$/, / stale later$/),
  },
  {
    what: "a series that goes on in another format was not added, though messages spell it otherwise",
    explains: lines("samples", /^protobuf-then-text$/, ADDED),
  },
  {
    what: "a sample that is far behind the first of all is refused when its series has been counted",
    isFault: true,
    explains: lines("samples", /^times-far-behind$/, ADDED),
  },
];

/** 3.x alone. */
const since3: readonly Change[] = [
  {
    what: "a start that is no number, or an infinite one, is none",
    explains: lines("samples", /^(?:zeros-stored|starts)-odd$/, /__name__="c_total".* @[23]/),
  },
  {
    what: "a counter that stands twice in a body is never stored where starts are made up; here the first counts",
    explains: lines("samples", /^made-up-(?:.*-)?twice$/, /__name__="[cd]"/),
  },
  {
    what: "a sample that is refused, and whose start is made up, does not count as seen",
    isFault: true,
    explains: lines("samples", /^made-up-(?:.*-)?stamped$/, /__name__="m"/),
  },
  {
    what: "classic histograms of a body with a fault: as they do not end, the next is known to be no reset",
    explains: lines("samples", /^converted-bad-end$/, new RegExp(`${MARKER.source}|schema -53`)),
  },
  {
    what: "upstream's log has floats as markers behind histograms, and our replay of it leaves that of the gauge histogram so",
    isFault: true,
    explains: lines("samples", /^protobuf/, /__name__="sizes".* stale(?: histogram)? @3$/),
  },
];

/** From 2.42 on. */
const since2: readonly Change[] = [
  {
    what: "bounds and quantiles of text are written in one form",
    explains: lines("samples", /^text-(?:bounds|metadata-kinds)$/, /\b(?:le|quantile)="/),
  },
  { what: "names may be any UTF-8", explains: whole(/^relabel-(?:no-name|bad-label)$/) },
  { what: "gauges may have exemplars", explains: whole(/^openmetrics-exemplars$/) },
  { what: "native histograms have exemplars", explains: lines("exemplars", /^protobuf/, /"native_seconds"/) },
  { what: "messages have units", explains: lines("metadata", /^protobuf/) },
  { what: "histograms count against the limit of samples", explains: whole(/^protobuf-sample-limit$/) },
  { what: "a series that stands twice in a body counts once against the limit of samples", explains: whole(/^limit-samples-twice$/) },
  { what: "float histograms of a scrape that fails are not stored", explains: lines("samples", /^protobuf-cut$/, /kind="float"/) },
  {
    what: "a content type must be told, and known, where there is no fallback",
    explains: whole(/^type-(?:blank|unknown|html|damaged-alone)$/),
  },
  { what: "timestamps may be tracked", explains: lines("samples", /^times-(?:tracked|failed|openmetrics)/) },
];

/** By the peer's version. What is narrow comes first. */
export const changesSince: Readonly<Record<Version, readonly Change[]>> = { 2: [...since2, ...always], 3: [...since3, ...always] };
