/** Pictures of a plug-in's own numbers. */

/** Most numbers of a panel that is kept over steps; larger ones are pictures of one step. */
export const LINE_LIMIT = 8;

/**
 * 'lines', 'bars', 'heatmap', 'scatter': as drawn by these names; a third number of a point is its colour. 'shares': rows of shares that add up to 1, each a
 * stacked bar; of a single row, a bar per step. 'curves': rows of a group number and then a curve's values at even
 * spacing.
 */
export interface Panel {
  readonly kind: 'lines' | 'bars' | 'heatmap' | 'scatter' | 'shares' | 'curves';
  readonly title: string;
  readonly x?: string;
  readonly y?: string;
  /** Names of the parts of 'shares', or of the groups of 'curves'. */
  readonly groups?: readonly string[];
}
