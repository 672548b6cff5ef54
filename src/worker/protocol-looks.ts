/** Looking into the learners of a run that is paused or over: what is asked, and what comes back. Types only. */
import type { SplitName } from '../data/dataset';

export type MapWay = 'pca' | 'umap';

export type Look =
  /** Where images lie for the last layer of each learner, in two dimensions. */
  | {
      readonly kind: 'map';
      readonly split: SplitName;
      /** Most images; those taken are the same for every learner. */
      readonly rows: number;
      readonly way: MapWay;
    }
  /** Which places of one image speak for a class. */
  | {
      readonly kind: 'places';
      readonly split: SplitName;
      readonly row: number;
      /** The class each learner answers, or the true one. */
      readonly target: 'answer' | 'truth';
    }
  /** What every learner says to a picture that is not of the data. */
  | {
      readonly kind: 'picture';
      /** `width * height * 4` bytes. */
      readonly rgba: Uint8ClampedArray<ArrayBuffer>;
      readonly width: number;
      readonly height: number;
    };

export interface MapItem {
  readonly learner: string;
  /** `[rows, 2]`, row-major; turned and mirrored to lie like those of the first learner. */
  readonly points: Float32Array<ArrayBuffer>;
  /** Absent where it knows other classes than those of the images. */
  readonly answers?: Int32Array<ArrayBuffer>;
  /** Width of the features. */
  readonly width: number;
  /** Shares of the variance along both axes; of PCA only. */
  readonly explained?: readonly [number, number];
}

export interface PlaceMap {
  readonly tap: string;
  /** Grad-CAM of feature maps, attention rollout of tokens. */
  readonly way: 'grad-cam' | 'rollout';
  readonly height: number;
  readonly width: number;
  /** Row-major, not negative, the largest is 1 unless all are 0. */
  readonly values: Float32Array<ArrayBuffer>;
}

export interface PlacesItem {
  readonly learner: string;
  /** The class whose evidence is shown. */
  readonly target: number;
  readonly maps: readonly PlaceMap[];
  /** Why there is none; empty when there is. */
  readonly reason: string;
}

export type Looked =
  | {
      readonly kind: 'map';
      /** Rows of the split of the whole data set, in the order of all points. */
      readonly index: Int32Array<ArrayBuffer>;
      readonly labels: Int32Array<ArrayBuffer>;
      readonly items: readonly MapItem[];
    }
  | { readonly kind: 'places'; readonly items: readonly PlacesItem[] }
  | {
      readonly kind: 'picture';
      /** As the learners see it, RGBA at the size of the data. */
      readonly seen: Uint8ClampedArray<ArrayBuffer>;
      readonly items: readonly { readonly learner: string; readonly logits: Float32Array<ArrayBuffer> }[];
    };
