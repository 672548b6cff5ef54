/** What a run would take of the GPU's memory, in messages. */

/** GPU memory of a whole run in bytes, found before any of it is taken. */
export interface MemoryEstimate {
  readonly bytes: number;
  readonly parts: {
    /** Weights, gradients and optimiser states. */
    readonly networks: number;
    readonly images: number;
    /** Activations of one training step of all learners. */
    readonly step: number;
    /** Measuring on validation and test images. */
    readonly evaluation: number;
  };
  /** What is wrong with it and what helps; a run that is refused cannot start. */
  readonly problem?: {
    readonly refuses: boolean;
    readonly message: string;
    /** Of a refusal: what of the set-up, made smaller, would fit. */
    readonly fits?: SmallerSetup;
  };
}

/** Pixels per side and images per batch of the nearest set-up that fits; what is absent stays. */
export interface SmallerSetup {
  readonly batchSize?: number;
  readonly size?: number;
}
