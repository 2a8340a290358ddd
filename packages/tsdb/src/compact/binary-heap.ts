/**
 * Values of which the least is known. Where two are equally small it gives the one that Go's container/heap gives, as upstream's choice
 * among samples of one time rests on it.
 */
export class BinaryHeap<T> {
  private readonly items: T[] = [];
  private readonly isLess: (a: T, b: T) => boolean;

  constructor(isLess: (a: T, b: T) => boolean) {
    this.isLess = isLess;
  }

  get size(): number {
    return this.items.length;
  }

  /** The least, which stays; undefined when there is none. */
  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    items.push(item);
    for (let child = items.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.isLess(items[child], items[parent])) break;
      this.swap(child, parent);
      child = parent;
    }
  }

  /** Takes out the least; undefined when there is none. */
  pop(): T | undefined {
    const { items } = this;
    const last = items.length - 1;
    if (last > 0) {
      this.swap(0, last);
      this.sink(last);
    }
    return items.pop();
  }

  /** Puts the first of the first `size` where it belongs among them. */
  private sink(size: number): void {
    const { items } = this;
    for (let parent = 0; ;) {
      let child = 2 * parent + 1;
      if (child >= size) return;
      if (child + 1 < size && this.isLess(items[child + 1], items[child])) child++;
      if (!this.isLess(items[child], items[parent])) return;
      this.swap(parent, child);
      parent = child;
    }
  }

  private swap(a: number, b: number): void {
    const { items } = this;
    const held = items[a];
    items[a] = items[b];
    items[b] = held;
  }
}
