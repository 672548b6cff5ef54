/** What can be chosen on this page, from the cards of the plug-in rooms. */
import { type Catalogue, type Config, readyConfig, type Schemas } from '../core/config';
import type { Schema } from '../core/params';
import type { Card, Registry } from '../core/registry';
import { builtins } from '../data/builtins';
import { orderedRegimes } from '../data/regimes/index';
import { shifts } from '../data/shifts/index';
import { methods } from '../methods/index';
import { models } from '../models/index';
import { tasks } from '../tasks/index';

const schemas = (cards: Registry<Card & { readonly params: Schema }>): Schemas =>
  new Map(cards.all.map((card) => [card.id, card.params]));

export const catalogue: Catalogue = {
  methods: schemas(methods),
  models: schemas(models),
  datasets: schemas(builtins),
  shifts: schemas(shifts),
  regimes: new Map(orderedRegimes.map(({ id, params }) => [id, params])),
  tasks: new Set(tasks.all.map((task) => task.id)),
};

/** The set-up a first visitor sees, and the one that links are differences from. */
export const ready: Config = readyConfig(catalogue);
