/** The further data sets of the set-up: what they are for, which files they came from, and what the worker says of them. */
import { create } from 'zustand';
import { type Config, DATA_ROLES, type DataRole, type OtherConfig, type Others } from '../core/config';
import { defaults } from '../core/params';
import type { DatasetSummary } from '../data/dataset';
import { orderedRegimes } from '../data/regimes/index';
import type { WorkerClient } from '../worker/client';
import type { OtherSummaries } from '../worker/protocol';
import { type DroppedFile, useDataset } from './dataset';
import { edit, useSetup } from './setup';

export interface OthersState {
  /** By role; absent while the worker has not answered. */
  readonly others: OtherSummaries;
}

export const useOthers = create<OthersState>()(() => ({ others: {} }));

/** What is known of the further sets, to tell whether it changed. */
export const othersText = (): string =>
  JSON.stringify(
    Object.entries(useOthers.getState().others).map(([role, other]) => [
      role,
      'summary' in other ? [other.summary.fingerprint, other.summary.edits] : other.problem,
    ]),
  );

interface Kept {
  readonly files: readonly DroppedFile[];
  readonly name: string;
}

/** Files of the user's own further sets, kept to read them again at another size or in a new worker. */
const kept = new Map<DataRole, Kept>();
/** Fingerprints of the own further sets the worker holds. */
const held = new Map<DataRole, string>();
/** What the last answer was for. */
let asked = '';
let turn = 0;

/** A new worker holds nothing. */
export function forgetOthers(): void {
  held.clear();
  asked = '';
}

const keyOf = ({ others, dataset, data }: Config): string => JSON.stringify([others, dataset, data]);

const dataKey = ({ data }: Config): string => String(data.size);
let readAt = '';

function put(role: DataRole, other: OtherConfig): void {
  edit((config) => ({ ...config, others: { ...config.others, [role]: other } }));
}

const ownOf = ({ name, fingerprint, edits }: DatasetSummary): OtherConfig => ({
  source: 'own',
  name,
  fingerprint,
  ...(edits ? { edits } : {}),
});

/** Reads the files of a role again, where they are those of the set-up. */
async function readAgain(client: WorkerClient, role: DataRole, config: Config): Promise<void> {
  const other = config.others?.[role];
  const { files, name } = kept.get(role) ?? {};
  if (other?.source !== 'own' || !files || name !== other.name) return;
  if (held.get(role) === other.fingerprint && readAt === dataKey(config)) return;
  const request = client.request({ type: 'import', files, config, edits: other.edits ?? {}, role });
  const reply = await request.reply;
  if (reply.type !== 'dataset') return;
  client.send({ type: 'use', request: request.id, role });
  held.set(role, reply.summary.fingerprint);
  put(role, ownOf(reply.summary));
}

/** Asks the worker for the further sets of the set-up; call when its first set is there. */
export async function refreshOthers(client: WorkerClient): Promise<void> {
  const mine = ++turn;
  const before = useSetup.getState().config;
  if (!before.others) {
    asked = '';
    useOthers.setState({ others: {} });
    return;
  }
  for (const role of DATA_ROLES) {
    await readAgain(client, role, before);
    if (mine !== turn) return;
  }
  readAt = dataKey(before);
  const { config } = useSetup.getState();
  const key = keyOf(config);
  if (key === asked) return;
  const reply = await client.request({ type: 'others', config }).reply;
  if (mine !== turn || reply.type !== 'others') return;
  asked = key;
  useOthers.setState({ others: reply.others });
}

/** The regimes of the set-up with one that draws on a role, or without those that do. */
function drawing(config: Config, role: DataRole, wanted: boolean): Config['regimes'] {
  const draws = orderedRegimes.filter((regime) => regime.draws?.role === role);
  const chosen = config.regimes.filter(({ id }) => wanted || draws.every((regime) => regime.id !== id));
  const taken = orderedRegimes.some(
    (regime) => regime.draws !== undefined && chosen.some(({ id }) => id === regime.id),
  );
  const [first] = draws;
  if (!wanted || taken || !first) return chosen;
  const all = [...chosen, { id: first.id, params: defaults(first.params) }];
  return orderedRegimes.flatMap(({ id }) => all.filter((choice) => choice.id === id));
}

/** Takes a further data set into the set-up, with a regime that uses it where none does. */
export function setOther(role: DataRole, other: OtherConfig): void {
  put(role, other);
  edit((config) => ({ ...config, regimes: drawing(config, role, true) }));
}

/** Takes a previewed import over for a role. */
export function adoptOther(
  client: WorkerClient,
  request: number,
  role: DataRole,
  summary: DatasetSummary,
  files: readonly DroppedFile[],
): void {
  client.send({ type: 'use', request, role });
  kept.set(role, { files, name: summary.name });
  held.set(role, summary.fingerprint);
  readAt = dataKey(useSetup.getState().config);
  asked = '';
  useDataset.setState({ preview: undefined, importing: undefined });
  setOther(role, ownOf(summary));
}

/** Removes a further data set, and the regimes that need it. */
export function removeOther(role: DataRole): void {
  kept.delete(role);
  held.delete(role);
  edit((config) => {
    const { others: _, ...rest } = config;
    const left: Others = Object.fromEntries(
      Object.entries(config.others ?? {}).filter(([other]) => other !== role),
    );
    const regimes = drawing(config, role, false);
    return { ...rest, regimes, ...(Object.keys(left).length ? { others: left } : {}) };
  });
}

/** What images of one class can be: nothing but a pool. */
export const onlyPool = ({ classNames }: DatasetSummary): boolean => classNames.length < 2;

/** The role that a link gave to these images, or the only one they can have; undefined when they may be any. */
export const roleOf = ({ others = {} }: Config, summary: DatasetSummary): DataRole | undefined =>
  DATA_ROLES.find((role) => {
    const other = others[role];
    return other?.source === 'own' && other.fingerprint === summary.fingerprint;
  }) ?? (onlyPool(summary) ? 'pool' : undefined);

/** Takes over what a resumed worker holds. */
export function adoptOthers(config: Config, others: OtherSummaries): void {
  turn++;
  readAt = dataKey(config);
  asked = keyOf(config);
  for (const role of DATA_ROLES) {
    const other = config.others?.[role];
    if (other?.source === 'own') held.set(role, other.fingerprint);
  }
  useOthers.setState({ others });
}
