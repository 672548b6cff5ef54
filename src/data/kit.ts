/** The contracts of this room: built-in generators and importers. One file each. */
import type { Schema, Values } from '../core/params';
import type { Card } from '../core/registry';
import type { ImageNumbers, ImageShape, Pool, Skipped, SplitName } from './dataset';

export * from '../core/params';
export * from './dataset';

/** One way to label the rows: a column of a table, a level of folders. */
export interface LabelColumn {
  readonly name: string;
  /** Number of the value of each row in `names`; -1 where the source gives none. */
  readonly values: Int32Array;
  readonly names: readonly string[];
}

/** Images before they are split and standardised. All of one size. */
export interface RawImages {
  readonly name: string;
  readonly shape: ImageShape;
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  /** The split each row came with, when the source says so. */
  readonly assigned?: readonly (SplitName | undefined)[];
  readonly attributes?: Readonly<Record<string, Int32Array>>;
  /** What the values of attributes are called; their numbers where nothing is said. */
  readonly attributeNames?: Readonly<Record<string, readonly string[]>>;
  /** What `labels` is called at the source; 'label' when absent. */
  readonly labelName?: string;
  /** Further columns the rows could be labelled by. */
  readonly columns?: readonly LabelColumn[];
  /** Images without and with colour, before they were brought to one number of channels. */
  readonly found?: { readonly grey: number; readonly colour: number };
  /** Images without labels beside the labelled ones. */
  readonly pool?: Pool;
  /** Files of the images while they are read: of the labelled rows, then of the pool. */
  readonly files?: readonly string[];
  /** Numbers that came in a file beside the images; those of classes by name. */
  readonly numbers?: Omit<ImageNumbers, 'classes'> & {
    readonly classes: Readonly<Record<string, Float32Array>>;
  };
  /** Sizes found before resizing, `width x height` to count. */
  readonly sizes?: ReadonlyMap<string, number>;
  readonly skipped?: readonly Skipped[];
  /** Share of training labels that `prepare` replaces by another class, 0..1. */
  readonly labelNoise?: number;
  /** Sentences about the source worth showing, such as an empty class folder. */
  readonly notes?: readonly string[];
  /** Row of each image at the source, where edits left some out. */
  readonly rows?: Int32Array;
  /** Nobody will ask for their classes: one is enough. */
  readonly unlabelled?: boolean;
}

/** A generator of labelled images: the same values give the same pixels on every machine. */
export interface Builtin<S extends Schema = Schema> extends Card {
  readonly params: S;
  /** `size`: pixels per side, 8..96; 16 when absent. */
  generate(params: Values<S>, seed: number, size?: number): RawImages;
}

export function defineBuiltin<const S extends Schema>(builtin: Builtin<S>): Builtin<S> {
  return builtin;
}

/** One dropped file. `path` keeps the folders, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly blob: Blob;
}

/** A file an importer reads: dropped, unpacked from an archive, or inflated from a .gz. Read on demand. */
export interface InputFile {
  /** Forward slashes; without `.gz` when the content is inflated on the way. */
  readonly path: string;
  /** The whole content. Throws ImportError when it is damaged, or larger than it may be. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** The first bytes, at most 4 KiB; fewer when the file is shorter or damaged. */
  head(): Promise<Uint8Array>;
  /** The content for random access. */
  blob(): Promise<Blob>;
}

/** A decoded picture: straight-alpha RGBA, row-major. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** Decodes one image file whose type is known and whose size is allowed; throws when it cannot. */
export type DecodePicture = (bytes: Uint8Array<ArrayBuffer>, mimeType: string) => Promise<Picture>;

export interface ImportOptions {
  /** Every image becomes `size` x `size` pixels. */
  readonly size: number;
  /** 0: as most images are. */
  readonly channels: 0 | 1 | 3;
  /** Nobody will ask for their classes: one is enough, and pictures in no folder are taken. */
  readonly unlabelled?: boolean;
}

export interface ImportTools {
  readonly options: ImportOptions;
  /** Reports progress: files done of files in all. */
  progress(done: number, total: number): void;
  /** Aborted when the person cancels. */
  readonly signal: AbortSignal;
  readonly decode: DecodePicture;
  /** Reads what an archive held with the importer that knows it; `skipped` are entries already left out. */
  readonly inner: (files: readonly InputFile[], skipped: readonly Skipped[]) => Promise<RawImages>;
}

/** A reader of one format. */
export interface Importer extends Card {
  /** File name endings it reads, for help texts. */
  readonly extensions: readonly string[];
  /** Higher wins when several recognise the drop; 0 = not mine. Looks at names and first bytes only. */
  recognise(files: readonly InputFile[]): Promise<number>;
  /** Throws ImportError when nothing can be loaded. */
  read(files: readonly InputFile[], tools: ImportTools): Promise<RawImages>;
}

export const defineImporter = (importer: Importer): Importer => importer;
