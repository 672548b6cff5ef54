/** The tuner of the running device, and what is said about the forms of kernels. */
import type { Gpu } from './gpu';
import { Tuner } from './tuning';
import { browserStore } from './tuning-store';
import { describeForms, setChooser } from './variants';

let tuner: Tuner | undefined;

/** Turns measuring on or off. `adapter` names the device that choices are kept for. */
export async function startTuning(on: boolean, adapter: string): Promise<void> {
  tuner = on ? new Tuner(browserStore(adapter)) : undefined;
  setChooser(tuner);
  await tuner?.load();
}

/** A run begins: it may spend its time on measuring. */
export const beginRun = (): void => tuner?.begin();

/**
 * Records with the forms that are known, then measures those that are not; `prepare` compiles what the recording
 * needs. Records once more, after `drop`, when a faster form was found.
 */
export async function recordTuned(
  gpu: Gpu,
  record: () => void,
  prepare: () => Promise<void>,
  drop: () => void,
): Promise<void> {
  if (!tuner) {
    record();
    return prepare();
  }
  const { version } = tuner;
  tuner.collect(record);
  await prepare();
  await tuner.settle(gpu);
  if (tuner.version === version) return;
  drop();
  record();
  await prepare();
}

/** What was measured since the page opened; undefined where nothing is. */
export const tuningCounts = (): Tuner['counts'] | undefined => tuner?.counts;

/** Which forms run, in words. */
export const formsText = (): string => describeForms(tuner?.summary());
