/** The cards of every room, for whoever asks what there is. */
import { builtins, importers } from '../data/index';
import { regimes } from '../data/regimes/index';
import { methods } from '../methods/index';
import { metrics } from '../metrics/index';
import { models } from '../models/index';
import { tasks } from '../tasks/index';
import type { ListKind } from './protocol';

/** Only what can be sent: functions of a card stay here. */
const sendable = (card: object): unknown => JSON.parse(JSON.stringify(card));

const lists: Record<ListKind, () => readonly object[]> = {
  methods: () => methods.all,
  models: () => models.all,
  tasks: () => tasks.all,
  datasets: () => builtins.all,
  regimes: () => regimes.all,
  metrics: () => metrics.all,
  importers: () => importers.all,
};

export const listed = (kind: ListKind): unknown[] => lists[kind]().map(sendable);
