/**
 * A running sum in Neumaier's variant of Kahan's algorithm, in the order of operations of util/kahansum/kahansum.go, so that results
 * are the same to the last bit. The compensation is dropped when the sum overflows.
 */
export class KahanSum {
  private sum = 0;
  private compensation = 0;

  /** Starts again from `sum`. */
  reset(sum: number): void {
    this.sum = sum;
    this.compensation = 0;
  }

  /** Adds one value. */
  add(value: number): void {
    const sum = this.sum;
    const total = sum + value;
    if (total > Number.MAX_VALUE || total < -Number.MAX_VALUE) this.compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.compensation += sum - total + value;
    else this.compensation += value - total + sum;
    this.sum = total;
  }

  /** The sum with what plain addition would have lost. */
  total(): number {
    return this.sum + this.compensation;
  }

  /** The total divided by `count`, each of its parts by itself. */
  quotient(count: number): number {
    return this.sum / count + this.compensation / count;
  }

  /** Whether the sum is infinite with `value` added. */
  overflowsWith(value: number): boolean {
    const sum = this.sum + value;
    return sum === Infinity || sum === -Infinity;
  }

  /** Divides what was added so far. */
  divide(divisor: number): void {
    this.sum /= divisor;
    this.compensation /= divisor;
  }

  /** Multiplies what was added so far. */
  multiply(factor: number): void {
    this.sum *= factor;
    this.compensation *= factor;
  }
}

/**
 * The mean of values added one by one (promql/engine.go, `AVG`): the sum divided at the end, and from the value on that would make the
 * sum overflow an incremental mean.
 */
export class KahanMean {
  private readonly sum: KahanSum = new KahanSum();
  private count = 0;
  private isIncremental = false;

  /** Starts again without values. */
  reset(): void {
    this.sum.reset(0);
    this.count = 0;
    this.isIncremental = false;
  }

  /** Adds one value. */
  add(value: number): void {
    const { sum } = this;
    this.count++;
    if (this.count === 1) {
      sum.reset(value);
      return;
    }
    if (!this.isIncremental) {
      if (!sum.overflowsWith(value)) {
        sum.add(value);
        return;
      }
      this.isIncremental = true;
      sum.divide(this.count - 1);
    }
    sum.multiply((this.count - 1) / this.count);
    sum.add(value / this.count);
  }

  /** The mean of what was added. */
  mean(): number {
    return this.isIncremental ? this.sum.total() : this.sum.quotient(this.count);
  }
}
