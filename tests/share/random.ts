import type { Catalogue, Choice, Config, OtherConfig, StudentConfig } from '../../src/core/config';
import { dataSchema, MAX_SEEDS, MAX_STUDENTS, optimizerSchema, trainingSchema } from '../../src/core/config';
import type { Param, Schema, Values } from '../../src/core/params';
import { Rng } from '../../src/core/rng';
import { type Table, writeTable } from '../../src/core/table';

/** Names of every kind and cells of every number of digits; some open. */
function answers(rng: Rng): Table {
  const columns = Array.from({ length: 1 + rng.below(12) }, (_, i) => `${rng.pick(words)} ${i}?`.trim());
  const cell = () => (rng.below(5) === 0 ? undefined : rng.below(1001) / 1000);
  const rows = Array.from({ length: 1 + rng.below(10) }, (_, i) => ({
    name: `${rng.pick(words)} ${i}`,
    values: columns.map(cell),
  }));
  return { columns, rows };
}

/** A value the schema allows: the ends and the default come up often, they are where codecs go wrong. */
function value(param: Param, rng: Rng): number | boolean | string {
  if (rng.below(3) === 0) return param.default;
  if (param.kind === 'boolean') return rng.below(2) === 1;
  if (param.kind === 'choice') return rng.pick(Object.keys(param.options));
  if (param.kind === 'table') return writeTable(answers(rng), param);
  const edge = rng.below(4);
  if (edge === 0) return param.min;
  if (edge === 1) return param.max;
  if (param.integer) return param.min + rng.below(param.max - param.min + 1);
  return rng.between(param.min, param.max);
}

const values = <S extends Schema>(schema: S, rng: Rng): Values<S> =>
  Object.fromEntries(Object.entries(schema).map(([key, param]) => [key, value(param, rng)])) as Values<S>;

function choice(known: ReadonlyMap<string, Schema>, rng: Rng): Choice {
  const [id, schema] = rng.pick([...known]);
  return { id, params: values(schema, rng) };
}

const words = ['', 'glyphs at 16 px', 'Größe · 大きさ', '<b>"bold"</b>', 'a & b # c=1. %', '__proto__', '😀'];

function student(index: number, catalogue: Catalogue, rng: Rng): StudentConfig {
  return {
    key: rng.pick([`s${index}`, `key-${index}_${rng.below(1000)}`]),
    method: choice(catalogue.methods, rng),
    model: choice(catalogue.models, rng),
    optimizer: values(optimizerSchema, rng),
    hidden: rng.below(4) === 0,
  };
}

const ownImages = (rng: Rng) => ({
  source: 'own' as const,
  name: rng.pick(words.slice(1)),
  fingerprint: rng.word().toString(16).padStart(8, '0'),
});

function other(catalogue: Catalogue, rng: Rng): OtherConfig {
  const source = rng.pick(['own', 'builtin', 'shift'] as const);
  if (source === 'own') return ownImages(rng);
  return { source, ...choice(source === 'shift' ? catalogue.shifts : catalogue.datasets, rng) };
}

/** Any configuration the schemas allow; the same `seed` gives the same one. */
export function randomConfig(seed: number, catalogue: Catalogue): Config {
  const rng = new Rng(seed, 'random config');
  const own = rng.below(4) === 0;
  const roles = (['target', 'pool'] as const).filter(() => rng.below(4) === 0);
  const saved = rng.below(4) === 0;
  return {
    version: 1,
    name: rng.pick(words),
    task: rng.pick([...catalogue.tasks]),
    dataset: own ? ownImages(rng) : { source: 'builtin', ...choice(catalogue.datasets, rng) },
    ...(roles.length
      ? { others: Object.fromEntries(roles.map((role) => [role, other(catalogue, rng)])) }
      : {}),
    data: values(dataSchema, rng),
    regimes: [...catalogue.regimes].flatMap(([id, schema]) =>
      rng.below(3) === 0 ? [{ id, params: values(schema, rng) }] : [],
    ),
    teacher: {
      model: choice(catalogue.models, rng),
      mode: rng.pick(['trained', 'online', 'saved'] as const),
      epochs: 1 + rng.below(500),
      optimizer: values(optimizerSchema, rng),
      ...(saved ? { saved: `teacher-${rng.word()}` } : {}),
    },
    students: Array.from({ length: 1 + rng.below(MAX_STUDENTS) }, (_, i) => student(i, catalogue, rng)),
    training: values(trainingSchema, rng),
    seeds: [...new Set(Array.from({ length: 1 + rng.below(MAX_SEEDS) }, () => rng.word() >>> 1))],
  };
}
