/**
 * The part of @jax-js/jax 0.1.25 that the benchmark uses. The package is installed for the benchmark alone, and
 * type checks must pass without it.
 */
declare module '@jax-js/jax' {
  /** Operations consume their arrays; `ref` is one more reference. */
  interface Arr {
    readonly shape: number[];
    readonly ref: Arr;
    add(other: Arr | number): Arr;
    sub(other: Arr | number): Arr;
    mul(other: Arr | number): Arr;
    div(other: Arr | number): Arr;
    sum(): Arr;
    reshape(shape: readonly number[]): Arr;
    slice(index: number): Arr;
    jsAsync(): Promise<number>;
    dispose(): void;
  }
  type Tree = Record<string, Arr>;
  type Options = { keepdims?: boolean };
  function init(device: string): Promise<string[]>;
  function defaultDevice(device: string): void;
  function blockUntilReady<X>(x: X): Promise<X>;
  function jit<F>(f: F): F;
  function valueAndGrad<A extends unknown[]>(
    f: (tree: Tree, ...rest: A) => Arr,
  ): (tree: Tree, ...rest: A) => [Arr, Tree];
  const tree: { ref<X>(x: X): X; dispose(x: unknown): void };
  const numpy: {
    readonly int32: unknown;
    array(values: Float32Array | Int32Array | number, options?: { dtype: unknown }): Arr;
    zeros(shape: readonly number[]): Arr;
    mean(x: Arr, axis: number | number[], options?: Options): Arr;
    square(x: Arr): Arr;
    sqrt(x: Arr): Arr;
    reciprocal(x: Arr): Arr;
    max(x: Arr): Arr;
    dot(a: Arr, b: Arr): Arr;
    matmul(a: Arr, b: Arr): Arr;
    transpose(x: Arr, order: number[]): Arr;
  };
  const lax: {
    conv(x: Arr, filter: Arr, strides: number[], padding: string): Arr;
    convGeneralDilated(
      x: Arr,
      filter: Arr,
      strides: number[],
      padding: string,
      options: { featureGroupCount: number },
    ): Arr;
    reduceWindow(x: Arr, how: (x: Arr) => Arr, window: number[], strides: number[]): Arr;
  };
  const nn: {
    relu(x: Arr): Arr;
    gelu(x: Arr, options: { approximate: boolean }): Arr;
    softmax(x: Arr, axis: number): Arr;
    logSoftmax(x: Arr): Arr;
    oneHot(x: Arr, classes: number): Arr;
  };
}
