/** Small set-ups for tests that run the worker: seconds on an emulated adapter. Runs in the page. */
import type { Choice, Config } from '../../src/core/config';
import { type AnyValues, defaults, type Schema } from '../../src/core/params';
import { asksPool, methods as registry } from '../../src/methods/index';
import { catalogue, ready } from '../../src/share/catalogue';
import { round, setupOf } from './combinations';

/** What a test says of its run; the rest is small and the same for all. */
export interface Setup {
  /** Method ids; 'all' for every method there is. */
  readonly methods: readonly string[] | 'all';
  /** Parameters of methods that are not at their defaults, by method id. */
  readonly forms?: Readonly<Record<string, AnyValues>>;
  readonly model?: { readonly id: string; readonly params?: AnyValues };
  readonly teacher?: { readonly id: string; readonly params?: AnyValues };
  readonly mode?: Config['teacher']['mode'];
  /** Key of the saved teacher, for the mode 'saved'. */
  readonly saved?: string;
  readonly epochs?: number;
  readonly seeds?: readonly number[];
  readonly size?: number;
  readonly images?: number;
  readonly batch?: number;
  readonly dataset?: string;
  readonly optimizer?: Partial<Config['teacher']['optimizer']>;
  readonly training?: Partial<Config['training']>;
  /** One student per network in place of one per method, all taught by the first method; `rate` if not the usual. */
  readonly nets?: readonly { readonly id: string; readonly params?: AnyValues; readonly rate?: number }[];
  /** Part of a round in place of all else, see `combinations.ts`. */
  readonly combination?: { readonly round: number; readonly part: number };
  /** One student per pair of a method and a network, in place of one per method. */
  readonly pairs?: readonly { readonly method: string; readonly net: NonNullable<Setup['model']> }[];
  readonly regimes?: readonly { readonly id: string; readonly params?: AnyValues }[];
  /** Methods whose students get a learning rate no network survives. */
  readonly broken?: string | readonly string[];
}

const choice = (known: ReadonlyMap<string, Schema>, id: string, params: object = {}): Choice => ({
  id,
  params: { ...defaults(known.get(id) ?? {}), ...params },
});

/** Half of the labels hidden, where a method learns from images without: as many steps as with all of them. */
const hiding = (ids: readonly string[]): NonNullable<Setup['regimes']> =>
  ids.some((id) => asksPool(registry.get(id)))
    ? [{ id: 'labelled-fraction', params: { share: 50, minimum: 1 } }]
    : [];

/** A run on small glyphs with one small network per method. */
export function configOf(setup: Setup): Config {
  if (setup.combination) {
    const part = round(setup.combination.round)[setup.combination.part];
    if (!part) throw new Error('There is no such part.');
    return configOf(setupOf(part));
  }
  const { model = { id: 'mlp', params: { width: 16, layers: 1 } } } = setup;
  const teacher = setup.teacher ?? model;
  const ids = setup.methods === 'all' ? registry.all.map(({ id }) => id) : setup.methods;
  const optimizer = { ...ready.teacher.optimizer, ...setup.optimizer };
  const data = setup.dataset ?? 'glyphs';
  const method = (id: string) => choice(catalogue.methods, id, setup.forms?.[id]);
  const network = ({ id, params }: NonNullable<Setup['model']>) => choice(catalogue.models, id, params);
  const nets = setup.nets?.map(({ rate = optimizer.rate, ...net }) => ({
    key: net.id,
    method: method(ids[0] ?? ''),
    model: network(net),
    optimizer: { ...optimizer, rate },
    hidden: false,
  }));
  const pairs = setup.pairs?.map(({ method: id, net }) => ({
    key: `${id}-${net.id}`,
    method: method(id),
    model: network(net),
    optimizer,
    hidden: false,
  }));
  return {
    ...ready,
    dataset: { source: 'builtin', ...choice(catalogue.datasets, data, { count: setup.images ?? 260 }) },
    data: { ...ready.data, size: setup.size ?? 8 },
    regimes: (setup.regimes ?? hiding(setup.pairs?.map(({ method: id }) => id) ?? ids)).map(
      ({ id, params }) => choice(catalogue.regimes, id, params),
    ),
    teacher: {
      model: network(teacher),
      mode: setup.mode ?? 'trained',
      epochs: 1,
      optimizer,
      ...(setup.saved ? { saved: setup.saved } : {}),
    },
    students:
      pairs ??
      nets ??
      ids.map((id) => ({
        key: id,
        method: method(id),
        model: network(model),
        optimizer: [setup.broken ?? []].flat().includes(id)
          ? { ...optimizer, kind: 'sgd', rate: 1e30 }
          : optimizer,
        hidden: false,
      })),
    training: {
      ...ready.training,
      batchSize: setup.batch ?? 16,
      epochs: setup.epochs ?? 2,
      ...setup.training,
    },
    seeds: setup.seeds ?? [1],
  };
}
