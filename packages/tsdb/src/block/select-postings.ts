import type { Matcher } from "@ferula/model";
import type { IndexReader } from "./index-reader.ts";
import { intersectRefs, subtractRefs, uniteRefs } from "./sorted-refs.ts";

/**
 * The references of the series of a block that match all of `matchers`, ascending and the caller's own. An absent label has the empty
 * value, as in tsdb/querier.go `PostingsForMatchers`.
 *
 * A matcher that an absent label does not satisfy takes the series of the values it accepts; these lists are intersected. Of what is
 * left, one that an absent label satisfies takes away the series of the values it refuses. Each value of a label is asked once.
 *
 * The head asks its series instead of uniting lists (see head/select-series.ts): there a series' value is one look in memory, here it
 * would be a read of the file.
 */
export function selectPostings(index: IndexReader, matchers: readonly Matcher[]): Uint32Array {
  const accepted: PostingsList[] = [];
  const refusing: Matcher[] = [];
  for (const matcher of matchers) {
    if (matcher.matchesEmpty) {
      if (!matchesAnything(matcher)) refusing.push(matcher);
      continue;
    }
    const offsets = acceptedOffsets(index, matcher);
    if (offsets.length === 0) return new Uint32Array(0);
    accepted.push({ offsets, count: offsets.reduce((sum, offset) => sum + index.postingsCountAt(offset), 0) });
  }
  let refs = accepted.length === 0 ? index.allSeries() : intersectAll(index, accepted);
  for (const matcher of refusing) {
    if (refs.length === 0) break;
    refs = subtractRefs(refs, readAll(index, refusedOffsets(index, matcher)));
  }
  return refs;
}

/** Where the postings of a matcher's values stand and how many they are together. */
interface PostingsList {
  readonly offsets: readonly number[];
  readonly count: number;
}

/** Everything matches `.*`, so no value has to be asked. */
function matchesAnything({ type, value }: Matcher): boolean {
  return type === "=~" && value === ".*";
}

/** The smallest first: it bounds all that follows. */
function intersectAll(index: IndexReader, lists: PostingsList[]): Uint32Array {
  lists.sort((a, b) => a.count - b.count);
  let refs = readAll(index, lists[0].offsets);
  for (let i = 1; i < lists.length && refs.length > 0; i++) refs = intersectRefs(refs, readAll(index, lists[i].offsets));
  return refs;
}

function readAll(index: IndexReader, offsets: readonly number[]): Uint32Array {
  return uniteRefs(offsets.map((offset) => index.postingsAt(offset)));
}

function acceptedOffsets(index: IndexReader, matcher: Matcher): number[] {
  const values = namedValues(matcher);
  if (values !== undefined) return offsetsOf(index, matcher.name, values);
  const { prefix } = matcher;
  const offsets: number[] = [];
  index.forEachValue(matcher.name, prefix, (value, offset) => {
    // Those that begin with the prefix stand together.
    if (!value.startsWith(prefix)) return false;
    if (value !== "" && matcher.matches(value)) offsets.push(offset);
    return true;
  });
  return offsets;
}

function refusedOffsets(index: IndexReader, matcher: Matcher): number[] {
  if (matcher.type === "!=") return offsetsOf(index, matcher.name, [matcher.value]);
  const offsets: number[] = [];
  index.forEachValue(matcher.name, "", (value, offset) => {
    if (!matcher.matches(value)) offsets.push(offset);
    return true;
  });
  return offsets;
}

function namedValues(matcher: Matcher): readonly string[] | undefined {
  if (matcher.type === "=") return [matcher.value];
  return matcher.type === "=~" ? matcher.setMatches : undefined;
}

function offsetsOf(index: IndexReader, name: string, values: readonly string[]): number[] {
  return [...new Set(values)].map((value) => index.findPostings(name, value)).filter((offset) => offset >= 0);
}
