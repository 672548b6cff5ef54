/** Pictures of a plug-in's own numbers. */

/** Most numbers of a panel that is kept over steps; larger ones are pictures of one step. */
export const LINE_LIMIT = 8;

/**
 * 'lines', 'bars', 'heatmap', 'scatter': as drawn by these names; a third number of a point is its colour. 'shares': rows of shares that add up to 1, each a
 * stacked bar; of a single row, a bar per step. 'curves': rows of a group number and then a curve's values at even
 * spacing. 'images': images `[n, h, w, c]` on any one scale, grey or in colour, with what belongs to them.
 * 'table': numbers under the names of their rows and columns.
 */
export interface Panel {
  readonly kind: 'lines' | 'bars' | 'heatmap' | 'scatter' | 'shares' | 'curves' | 'images' | 'table';
  readonly title: string;
  readonly x?: string;
  readonly y?: string;
  /** Names of the parts of 'shares', the groups of 'curves', the colours of 'scatter', the single 'bars', or the links of 'images'. */
  readonly groups?: readonly string[];
  /** Of 'images': the key of a number for each, `[n]`, not below 0; sent beside the panels. */
  readonly weights?: string;
  /** Of 'images': the key of places in them, rows of `[image, top, left, height, width]` in shares of an image. */
  readonly boxes?: string;
  /** Of 'images': the key of how much two boxes have to do with each other, `[groups, boxes, boxes]`; 0: nothing. */
  readonly links?: string;
  /** Names of a 'table', in order; of more columns than there are, the first ones. */
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
}

/** Keys of the tensors a panel needs beside its own. */
export const besides = ({ weights, boxes, links }: Panel): string[] =>
  [weights, boxes, links].filter((key) => key !== undefined);
