/** A layer's kernel seen as a matrix, whatever its shape. */

export interface KernelMatrix {
  /** Names of the layer's weights. */
  readonly kernel: string;
  readonly bias: string | undefined;
  /** Rows of the matrix: the axes before the last in one. */
  readonly inputs: number;
  /** Columns. */
  readonly outputs: number;
  /** Every channel has a filter of its own, so that the number of outputs is fixed. */
  readonly depthwise: boolean;
}

/** @param shape of the kernel, outputs last; without the 1 at the end of a depthwise one. */
export const kernelMatrix = (
  layer: string,
  weight: 'filter' | 'weight',
  shape: readonly number[],
  { bias = false, depthwise = false } = {},
): KernelMatrix => ({
  kernel: `${layer}/${weight}`,
  bias: bias ? `${layer}/bias` : undefined,
  inputs: shape.slice(0, -1).reduce((a, b) => a * b, 1),
  outputs: shape.at(-1) ?? 1,
  depthwise,
});
