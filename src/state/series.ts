/** Numbers of one learner over steps, kept in typed arrays outside React. */

const START = 64;
/** Rows kept per learner; beyond it every second row is dropped and the rest stay evenly spread. */
const LIMIT = 1 << 15;

/** Rows of `[step, columns...]`, growing to a limit and then thinning itself. */
export class Series {
  readonly columns: number;
  length = 0;
  /** Changes whenever the numbers do, so that a drawing knows it is stale. */
  version = 0;
  private data: Float32Array;
  private stride = 1;
  private seen = 0;
  private readonly limit: number;

  constructor(columns: number, limit = LIMIT) {
    this.columns = columns;
    this.limit = limit;
    this.data = new Float32Array(Math.min(START, limit) * (columns + 1));
  }

  /** Appends `rows` rows of `[step, columns...]`, row-major. */
  append(rows: number, values: ArrayLike<number>): void {
    const width = this.columns + 1;
    for (let row = 0; row < rows; row++) {
      if (this.seen++ % this.stride !== 0) continue;
      this.reserve();
      for (let c = 0; c < width; c++)
        this.data[this.length * width + c] = values[row * width + c] ?? Number.NaN;
      this.length++;
    }
    this.version++;
  }

  step(row: number): number {
    return this.data[row * (this.columns + 1)] ?? Number.NaN;
  }

  value(row: number, column: number): number {
    return this.data[row * (this.columns + 1) + 1 + column] ?? Number.NaN;
  }

  /** All columns of a row. */
  values(row: number): number[] {
    return Array.from({ length: this.columns }, (_, column) => this.value(row, column));
  }

  /** The columns of every row. */
  get rows(): number[][] {
    return Array.from({ length: this.length }, (_, row) => this.values(row));
  }

  /** The last step, 0 when empty. */
  get lastStep(): number {
    return this.length ? this.step(this.length - 1) : 0;
  }

  /** Index of the row whose step is closest to `step`; -1 when empty. */
  nearest(step: number): number {
    if (this.length === 0) return -1;
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.step(middle) < step) low = middle + 1;
      else high = middle;
    }
    return low > 0 && step - this.step(low - 1) <= this.step(low) - step ? low - 1 : low;
  }

  private reserve(): void {
    const width = this.columns + 1;
    if ((this.length + 1) * width <= this.data.length) return;
    if (this.length >= this.limit) {
      this.thin();
      return;
    }
    const grown = new Float32Array(Math.min(this.limit, this.length * 2) * width);
    grown.set(this.data);
    this.data = grown;
  }

  private thin(): void {
    const width = this.columns + 1;
    const kept = Math.ceil(this.length / 2);
    for (let row = 0; row < kept; row++)
      this.data.copyWithin(row * width, row * 2 * width, (row * 2 + 1) * width);
    this.length = kept;
    this.stride *= 2;
  }
}
