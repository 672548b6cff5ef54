/** Asks the worker what the set-up would take of the GPU's memory, while nothing runs. */
import type { WorkerClient } from '../worker/client';
import { isActive, useRun } from './run';
import { useSetup } from './setup';

/** Milliseconds without an edit before it is asked: an answer costs the worker about as much as starting a run. */
const REST = 500;

let timer: ReturnType<typeof setTimeout> | undefined;
let turn = 0;

/** Call when the set-up or its data changed. The last answer stays until the new one is there. */
export function askMemory(client: WorkerClient): void {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (isActive(useRun.getState().status)) return;
    const asked = ++turn;
    const { config } = useSetup.getState();
    const reply = await client.request({ type: 'estimate', config }).reply;
    if (asked === turn) useRun.setState({ memory: reply.type === 'estimated' ? reply.memory : undefined });
  }, REST);
}
