/** The room that there is at first. */
const FIRST_ROOM = 128;

/**
 * Keeps the best of what is offered, at most `limit`, in a binary heap whose root is the worst: a higher score is better, and of two that
 * are equal the one that was offered first.
 */
export class BestScores {
  private readonly limit: number;
  private indexes = new Uint32Array(FIRST_ROOM);
  private scores = new Float64Array(FIRST_ROOM);
  private length = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Each index must be higher than the one before. Returns false where as many have a higher score as are kept. */
  offer(index: number, score: number): boolean {
    if (this.length < this.limit) {
      if (this.length === this.indexes.length) this.grow();
      this.rise(this.length++, index, score);
      return true;
    }
    const worst = this.scores[0];
    if (score > worst) this.sink(this.length, index, score);
    return score >= worst;
  }

  /** Takes all out, the best first. */
  take(): { readonly indexes: Uint32Array; readonly scores: Float64Array } {
    const { indexes, scores } = this;
    for (let end = this.length - 1; end > 0; end--) {
      const worstIndex = indexes[0];
      const worstScore = scores[0];
      this.sink(end, indexes[end], scores[end]);
      indexes[end] = worstIndex;
      scores[end] = worstScore;
    }
    return { indexes: indexes.subarray(0, this.length), scores: scores.subarray(0, this.length) };
  }

  /** Puts an entry where it belongs, from the free place `at` towards the root. */
  private rise(at: number, index: number, score: number): void {
    const { indexes, scores } = this;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isWorse(index, score, indexes[parent], scores[parent])) break;
      indexes[at] = indexes[parent];
      scores[at] = scores[parent];
      at = parent;
    }
    indexes[at] = index;
    scores[at] = score;
  }

  /** Puts an entry in the place of the root, and then where it belongs among the first `length`. */
  private sink(length: number, index: number, score: number): void {
    const { indexes, scores } = this;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && isWorse(indexes[child + 1], scores[child + 1], indexes[child], scores[child])) child++;
      if (!isWorse(indexes[child], scores[child], index, score)) break;
      indexes[at] = indexes[child];
      scores[at] = scores[child];
      at = child;
    }
    indexes[at] = index;
    scores[at] = score;
  }

  private grow(): void {
    const { indexes, scores } = this;
    this.indexes = new Uint32Array(2 * indexes.length);
    this.indexes.set(indexes);
    this.scores = new Float64Array(2 * scores.length);
    this.scores.set(scores);
  }
}

function isWorse(index: number, score: number, otherIndex: number, otherScore: number): boolean {
  return score < otherScore || (score === otherScore && index > otherIndex);
}
