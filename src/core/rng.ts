/**
 * Counter-based random numbers on the CPU: every number is a pure function of (seed, stream, counter), so the
 * order in which things are drawn never matters. Mixing function: PCG-RXS-M-XS 32 bit, the hash of Jarzynski
 * and Olano, "Hash Functions for GPU Rendering" (JCGT 2020). `engine/random.ts` computes the same on the GPU.
 */

/** PCG hash of one 32 bit word. */
export function pcg(word: number): number {
  const state = (Math.imul(word, 747796405) + 2891336453) >>> 0;
  const mixed = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
  return ((mixed >>> 22) ^ mixed) >>> 0;
}

/** One 32 bit word for any number of integer coordinates. */
export function hash(...words: number[]): number {
  let state = 0;
  for (const word of words) state = pcg((state ^ (word >>> 0)) >>> 0);
  return state;
}

/** A short text as a 32 bit word (FNV-1a), to name streams. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** A sequence of random numbers for one named purpose. */
export class Rng {
  private counter = 0;
  private readonly key: number;

  constructor(seed: number, stream = '') {
    this.key = hash(seed, hashText(stream));
  }

  /** Uniform 32 bit word. */
  word(): number {
    return hash(this.key, this.counter++);
  }

  /** Uniform in [0, 1), 24 bits. */
  uniform(): number {
    return (this.word() >>> 8) / 16777216;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Whole number in [0, n). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** A shuffled copy of 0 .. n-1 (Fisher and Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = order[i] as number;
      order[i] = order[j] as number;
      order[j] = held;
    }
    return order;
  }
}
