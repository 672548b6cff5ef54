/** The regimes of the set-up being edited: changing the list, and what the worker says they would do. */
import { create } from 'zustand';
import type { Choice, Config } from '../core/config';
import { defaults } from '../core/params';
import type { RegimeReport } from '../data/dataset';
import { orderedRegimes, regimes } from '../data/regimes/index';
import { useDataset } from './dataset';
import { othersText, useOthers } from './others';
import { isActive, useRun } from './run';
import { client } from './session';
import { edit, useSetup } from './setup';

export interface RegimesState {
  readonly preview: RegimeReport | undefined;
  /** Why the regimes cannot be used as they are; empty when they can. */
  readonly error: string;
}

export const useRegimes = create<RegimesState>()(() => ({ preview: undefined, error: '' }));

/** `chosen` in the order in which they take effect. */
const inOrder = (chosen: readonly Choice[]): Choice[] =>
  orderedRegimes.flatMap(({ id }) => chosen.filter((choice) => choice.id === id));

const change = (to: (chosen: readonly Choice[]) => readonly Choice[]): void =>
  edit((config) => ({ ...config, regimes: inOrder(to(config.regimes)) }));

export const addRegime = (id: string): void =>
  change((chosen) => [...chosen, { id, params: defaults(regimes.get(id).params) }]);

export const removeRegime = (id: string): void =>
  change((chosen) => chosen.filter((choice) => choice.id !== id));

export const setRegime = (id: string, key: string, value: number | boolean | string): void =>
  change((chosen) =>
    chosen.map((choice) =>
      choice.id === id ? { ...choice, params: { ...choice.params, [key]: value } } : choice,
    ),
  );

/** Whether there are images without labels, as far as one can say before a run. */
export function useHasPool(): boolean {
  const hidden = useSetup(({ config }) =>
    config.regimes.some(({ id }) => regimes.has(id) && regimes.get(id).pools),
  );
  const came = useDataset(({ current }) => !current || (current.pool?.count ?? 0) > 0);
  return hidden || came;
}

/** What a preview hangs on. */
const keyOf = ({ regimes: chosen, dataset, others, data, seeds, teacher }: Config): string =>
  JSON.stringify([chosen, dataset, others, data, seeds[0], teacher.mode, othersText()]);

let turn = 0;
let shown = '';

/** Asks the worker what the regimes would do, unless a run keeps it busy or the answer is there already. */
async function refresh(): Promise<void> {
  const { config } = useSetup.getState();
  const { current, pending } = useDataset.getState();
  if (config.regimes.length === 0) {
    shown = '';
    turn++;
    useRegimes.setState({ preview: undefined, error: '' });
    return;
  }
  const key = keyOf(config) + current?.fingerprint;
  if (!current || pending || isActive(useRun.getState().status) || key === shown) return;
  shown = key;
  const mine = ++turn;
  const reply = await client.request({ type: 'preview-regimes', config }).reply;
  if (mine !== turn) return;
  if (reply.type === 'regimes') useRegimes.setState({ preview: reply.report, error: '' });
  else if (reply.type === 'error') useRegimes.setState({ preview: undefined, error: reply.message });
}

const WAIT = 250;

/** Keeps the preview in step with the set-up and its data. Call once. */
export function followRegimes(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), WAIT);
  };
  useSetup.subscribe(soon);
  useDataset.subscribe(soon);
  useOthers.subscribe(soon);
  useRun.subscribe((state, before) => {
    if (state.status !== before.status) soon();
  });
  soon();
}
