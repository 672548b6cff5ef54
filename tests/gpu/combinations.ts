/** Small networks of every kind, and runs in which every method meets every one of them as student and as teacher. */
import { methods, refusalOf } from '../../src/methods/index';
import { models } from '../../src/models/index';
import type { Setup } from './setups';

type Net = NonNullable<Setup['model']>;
type Pair = NonNullable<Setup['pairs']>[number];

const SMALL: Readonly<Record<string, Net['params']>> = {
  mlp: { width: 4, layers: 1 },
  cnn: { width: 4, blocks: 2 },
  resnet: { depth: 8, width: 4 },
  mobile: { width: 4, stages: 2, blocks: 1 },
  vit: { width: 8, depth: 1, heads: '2', patch: 4 },
  hvit: { width: 8, blocks: 1, heads: '2' },
  kan: { width: 4, layers: 1, side: 4 },
};

/** Of every model there is, the smallest worth the name; a model without an entry takes its defaults. */
export const NETS: readonly Net[] = models.all.map(({ id }) => ({ id, params: SMALL[id] ?? {} }));

const at = (i: number): Net => NETS[i % NETS.length] as Net;

const chunks = <T>(list: readonly T[], most: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / most) }, (_, i) => list.slice(i * most, (i + 1) * most));

export interface Combination {
  readonly name: string;
  readonly teacher: Net;
  readonly mode: 'trained' | 'online';
  /** A shift of the images makes their number endless, so that answers of the teacher cannot be kept. */
  readonly crop: 0 | 1;
  readonly size: number;
  readonly pairs: readonly Pair[];
}

/**
 * Round `r`: method i on student network i + r, beside teacher r. All `NETS.length` rounds cover every pair of
 * (method, student) and of (method, teacher); modes, sizes and ways to ask the teacher take turns.
 */
export function round(r: number, most = 12): Combination[] {
  const [mode, crop, size] = [
    r % 3 === 2 ? 'online' : 'trained',
    r % 2 === 1 ? 1 : 0,
    [8, 12, 16][r % 3]!,
  ] as const;
  const pairs = methods.all.map((method, i) => ({ method: method.id, net: at(i + r) }));
  const teacher = at(r);
  return chunks(pairs, most).map((some, i) => ({
    name: `${teacher.id}, ${mode}, ${size} pixels${crop ? ', shifted' : ''}, part ${i + 1}`,
    ...{
      teacher,
      mode,
      crop,
      size,
      pairs: some.filter(
        ({ method }) => refusalOf({ id: method, params: {} }, { teacher: mode, pool: true }) === undefined,
      ),
    },
  }));
}

export const setupOf = ({ teacher, mode, crop, size, pairs }: Combination): Setup => ({
  methods: [],
  ...{ teacher, mode, size, pairs },
  training: { crop },
  images: 80,
  batch: 8,
  epochs: 1,
});
