/** Typical and boundary images in rows and columns, as numbers for the ranking and as a picture. */
import type { Midway } from '../kit';
import { type Knowledge, pairsOf } from './boundary';
import { type Extras, PICTURE } from './memory';
import { upTo, type Zoo } from './tasks';

/** Means over `count` neighbouring rows of `width` numbers. */
export function meansOf(rows: Float32Array, width: number, count: number): Float32Array {
  const out = new Float32Array(rows.length / count);
  rows.forEach((value, at) => {
    const row = Math.floor(at / width / count);
    out[row * width + (at % width)]! += value / count;
  });
  return out;
}

/**
 * Encoded nodes `[nets, C, D]` and borders `[nets, pairs, D]` as `[nets, C, C, D]`.
 * @param nodesOnly borders are replaced by the node of their class.
 */
export function layOut(
  nodes: Float32Array,
  borders: Float32Array,
  { nets, perTask }: Pick<Zoo, 'nets' | 'perTask'>,
  nodesOnly: boolean,
): Float32Array {
  const width = nodes.length / nets / perTask;
  const out = new Float32Array(nets * perTask * perTask * width);
  const pairs = pairsOf(perTask);
  for (const net of upTo(nets)) {
    const put = (i: number, j: number, from: Float32Array, row: number) =>
      out.set(from.subarray(row * width, (row + 1) * width), ((net * perTask + i) * perTask + j) * width);
    for (const i of upTo(perTask)) put(i, i, nodes, net * perTask + i);
    for (const [at, [i, j]] of pairs.entries())
      if (nodesOnly) put(i, j, nodes, net * perTask + i);
      else put(i, j, borders, net * pairs.length + at);
  }
  return out;
}

/** One small grey picture per network: typical images on the diagonal, the way from row to column beside it. */
export async function picturesOf(
  pass: Midway<Extras>,
  { nodes, borders, typical }: Knowledge,
  zoo: Zoo,
): Promise<Float32Array> {
  const { ops } = pass;
  const { perTask, nets } = zoo;
  const firsts = (images: Float32Array, rows: number) => {
    const size = images.length / rows / typical;
    const out = new Float32Array(rows * size);
    for (const row of upTo(rows))
      out.set(images.subarray(row * typical * size, (row * typical + 1) * size), row * size);
    return out;
  };
  const small = (images: Float32Array) =>
    pass.compute((asked) => ops.poolTo(ops.mean(asked.images(images), -1, true), PICTURE, PICTURE));
  const pairs = pairsOf(perTask).length;
  const all = layOut(
    await small(firsts(nodes, nets * perTask)),
    await small(firsts(borders, nets * pairs)),
    zoo,
    false,
  );
  // From `[net, row, column, y, x]` to `[net, row, y, column, x]`.
  const moved = (at: number): number => {
    const [x, y] = [at % PICTURE, Math.floor(at / PICTURE) % PICTURE];
    const cell = Math.floor(at / PICTURE / PICTURE);
    const [column, row] = [cell % perTask, Math.floor(cell / perTask)];
    return (row * PICTURE + y) * perTask * PICTURE + column * PICTURE + x;
  };
  const out = new Float32Array(all.length);
  all.forEach((value, at) => {
    out[moved(at)] = value;
  });
  return out;
}
