export interface Row {
  readonly id: string;
  readonly area: string;
  readonly hazard: string;
  readonly promise: string;
  readonly figure: string;
  /** Path of the test below the project. */
  readonly test: string;
  readonly title: string;
}
export interface Record {
  readonly rows: readonly Row[];
  readonly missed: readonly { readonly target: string; readonly why: string }[];
}
export function merge(rows: readonly Row[], fresh: readonly Row[]): Row[];
export function page(record: Record): string;
