/** Trained networks that outlive their run: part of the contract between page and worker. */
import type { Config } from '../core/config';
import type { AnyValues } from '../core/params';

/** What is known of a kept network without reading its weights. */
export interface NetworkCard {
  readonly key: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** What it was in its run: `Teacher`, or the name of the method. */
  readonly label: string;
  /** The images it was trained on; empty texts when a file did not say. */
  readonly dataset: { readonly name: string; readonly fingerprint: string };
  readonly classNames: readonly string[];
  readonly model: { readonly id: string; readonly params: AnyValues };
  /** By metric id, of the plain network on the validation images; empty when a file did not say. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly parameters: number;
  /** `[height, width, channels]` the network was built for. */
  readonly image: readonly number[];
  /** Per channel, of pixels in 0..255: inputs were `(pixel - mean) / std`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** The set-up of its run. */
  readonly config?: Config;
}

export interface KeptNetwork {
  readonly card: NetworkCard;
  /** Weights and running statistics by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
}

/** A kept network on its way into a file. */
export interface NetworkForFile {
  readonly card: NetworkCard;
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: Float32Array;
  }[];
}
