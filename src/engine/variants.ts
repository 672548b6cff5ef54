/** Which form of a kernel runs: chosen once at boot from adapter facts, or forced for tests. */

/** 'direct': registers only. 'tiled': workgroup memory. Software adapters pay dearly for barriers. */
export type Variant = 'direct' | 'tiled';

let chosen: Variant = 'direct';

export function chooseVariant(variant: Variant): void {
  chosen = variant;
}

export const variant = (): Variant => chosen;
