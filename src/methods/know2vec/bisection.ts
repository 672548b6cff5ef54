/** Looking for the border between two images by labels alone. Host numbers. */

/** Index of the largest number of each row of `width`; the first of equals. */
export function largest(values: ArrayLike<number>, width: number): Int32Array {
  return Int32Array.from({ length: values.length / width }, (_, row) => {
    let best = 0;
    for (let k = 1; k < width; k++)
      if ((values[row * width + k] as number) > (values[row * width + best] as number)) best = k;
    return best;
  });
}

/**
 * Halves segments between two images by labels alone: ask about `middle`, tell the labels, and so on. What remains is
 * the last point that was still called what the start is called.
 */
export class Bisection {
  /** Share of the way that is still called as the start is. */
  readonly share: Float32Array;
  private readonly ends: Float32Array;
  private readonly from: Float32Array;
  private readonly to: Float32Array;
  private readonly labels: ArrayLike<number>;

  /** @param from and to rows `[n, size]`. @param labels what each start is called. */
  constructor(from: Float32Array, to: Float32Array, labels: ArrayLike<number>) {
    this.from = from;
    this.to = to;
    this.labels = labels;
    this.share = new Float32Array(labels.length);
    this.ends = new Float32Array(labels.length).fill(1);
  }

  get middle(): Float32Array {
    return this.at((i) => ((this.share[i] as number) + (this.ends[i] as number)) / 2);
  }

  tell(labels: ArrayLike<number>): void {
    for (let i = 0; i < this.share.length; i++) {
      const middle = ((this.share[i] as number) + (this.ends[i] as number)) / 2;
      if (labels[i] === this.labels[i]) this.share[i] = middle;
      else this.ends[i] = middle;
    }
  }

  /** The points that were found, `[n, size]`. */
  get points(): Float32Array {
    return this.at((i) => this.share[i] as number);
  }

  /** One step further on each segment: called something else, where its end is. */
  get beyond(): Float32Array {
    return this.at((i) => this.ends[i] as number);
  }

  private at(share: (i: number) => number): Float32Array {
    const size = this.from.length / this.share.length;
    return this.from.map((a, at) => {
      const t = share(Math.floor(at / size));
      return a + t * ((this.to[at] as number) - a);
    });
  }
}
