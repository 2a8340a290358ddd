/** How much a queue holds and what happens past that. */
export interface BoundedQueueOptions {
  /** Items it holds at most; at least 1. */
  readonly capacity: number;
  /** What a push on a full queue does: lose the oldest item, or refuse the new one. */
  readonly whenFull: "drop-oldest" | "refuse";
}

/** What a push came to. After `dropped-oldest` and `refused` one item is lost and the caller counts it. */
export type PushOutcome = "queued" | "dropped-oldest" | "refused";

/** A first-in, first-out queue of limited size that a consumer can wait on. Push and shift take constant time. */
export class BoundedQueue<T> {
  readonly capacity: number;
  private readonly whenFull: BoundedQueueOptions["whenFull"];
  /** A ring: the item `i` places behind the oldest lies at `(head + i) % capacity`. It grows with use, up to the capacity. */
  private ring: (T | undefined)[] = [];
  private head = 0;
  private count = 0;
  private closed = false;
  private readonly waiting = new Set<() => void>();

  /** Throws RangeError when the capacity is not a whole number above zero. */
  constructor(options: BoundedQueueOptions) {
    if (!Number.isSafeInteger(options.capacity) || options.capacity < 1) {
      throw new RangeError(`cannot make a queue of ${options.capacity} items: the capacity must be a whole number above zero`);
    }
    this.capacity = options.capacity;
    this.whenFull = options.whenFull;
  }

  /** Items in the queue. */
  get size(): number {
    return this.count;
  }

  /** Whether `close` was called: nothing more goes in, what is inside can still be taken. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Puts `item` at the end. A closed queue refuses it. */
  push(item: T): PushOutcome {
    if (this.closed) return "refused";
    let outcome: PushOutcome = "queued";
    if (this.count === this.capacity) {
      if (this.whenFull === "refuse") return "refused";
      this.shift();
      outcome = "dropped-oldest";
    }
    if (this.count === this.ring.length) this.grow();
    this.ring[(this.head + this.count) % this.ring.length] = item;
    this.count++;
    this.wake();
    return outcome;
  }

  /** Takes the oldest item; undefined when there is none. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const item = this.ring[this.head];
    this.ring[this.head] = undefined;
    this.head = (this.head + 1) % this.ring.length;
    this.count--;
    return item;
  }

  /** Takes the oldest items, at most `limit`, in the order in which they came. */
  take(limit: number): T[] {
    const items: T[] = [];
    for (let left = Math.min(limit, this.count); left > 0; left--) items.push(this.shift() as T);
    return items;
  }

  /**
   * Resolves with true as soon as there is an item, and with false when there is none and none will come: the queue was closed, or
   * `signal` aborted. With several consumers the item may be gone again; ask `shift`.
   */
  async waitForItem(signal: AbortSignal): Promise<boolean> {
    while (this.count === 0) {
      if (this.closed || signal.aborted) return false;
      await this.nextChange(signal);
    }
    return true;
  }

  /** Lets no more items in and wakes everyone who waits. */
  close(): void {
    this.closed = true;
    this.wake();
  }

  private nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  private wake(): void {
    for (const done of this.waiting) done();
  }

  private grow(): void {
    const wider = new Array<T | undefined>(Math.min(this.capacity, Math.max(16, this.ring.length * 2)));
    for (let i = 0; i < this.count; i++) wider[i] = this.ring[(this.head + i) % this.ring.length];
    this.ring = wider;
    this.head = 0;
  }
}
