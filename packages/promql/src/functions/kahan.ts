/**
 * A running sum in Neumaier's variant of Kahan's algorithm, in the order of operations of util/kahansum/kahansum.go, so that results
 * are the same to the last bit. The compensation is dropped when the sum overflows.
 */
export class KahanSum {
  sum = 0;
  compensation = 0;

  reset(sum: number): void {
    this.sum = sum;
    this.compensation = 0;
  }

  add(value: number): void {
    const sum = this.sum;
    const total = sum + value;
    if (total > Number.MAX_VALUE || total < -Number.MAX_VALUE) this.compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.compensation += sum - total + value;
    else this.compensation += value - total + sum;
    this.sum = total;
  }
}

/**
 * The mean of values added one by one (promql/engine.go, `AVG`): the sum divided at the end, and from the value on that would make the
 * sum overflow an incremental mean.
 */
export class KahanMean {
  private readonly total: KahanSum = new KahanSum();
  private count = 0;
  private isIncremental = false;

  reset(): void {
    this.total.reset(0);
    this.count = 0;
    this.isIncremental = false;
  }

  add(value: number): void {
    const total = this.total;
    this.count++;
    if (this.count === 1) {
      total.reset(value);
      return;
    }
    if (!this.isIncremental) {
      const sum = total.sum;
      const compensation = total.compensation;
      total.add(value);
      if (total.sum !== Infinity && total.sum !== -Infinity) return;
      this.isIncremental = true;
      total.sum = sum / (this.count - 1);
      total.compensation = compensation / (this.count - 1);
    }
    const weight = (this.count - 1) / this.count;
    total.sum = weight * total.sum;
    total.compensation = weight * total.compensation;
    total.add(value / this.count);
  }

  mean(): number {
    const { sum, compensation } = this.total;
    return this.isIncremental ? sum + compensation : sum / this.count + compensation / this.count;
  }
}
