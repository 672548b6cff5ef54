/** Where the trained variables of a lane lie: side by side in one place. */
import { ALIGNMENT, type Gpu, gpu, type Region } from './gpu';
import type { Place } from './places';
import type { Variable } from './types';

export interface Slot {
  readonly variable: Variable;
  /** In bytes, a multiple of the binding alignment. */
  readonly offset: number;
  /** In bytes, up to the next slot. */
  readonly bytes: number;
}

/** The part of a place laid out as the weights are that belongs to one of them. */
export const regionOf = (place: Place, { variable, offset }: Slot): Region =>
  place.view(offset, Math.ceil((variable.size * 4) / 16) * 16);

function placed(device: Gpu, state: Variable): Place {
  const place = device.createPlace(state.size * 4, 'state');
  device.place(state, place.view());
  return place;
}

/** One place in which every trained variable of a lane has its place. */
export class Placement {
  readonly slots: readonly Slot[];
  readonly bytes: number;
  readonly weight: Place | undefined;
  private readonly states: readonly Place[];

  /** @param states kept with the variables, not trained; each gets a place of its own. */
  constructor(variables: readonly Variable[], states: readonly Variable[] = []) {
    let offset = 0;
    this.slots = variables.map((variable) => {
      const bytes = Math.ceil((variable.size * 4) / ALIGNMENT) * ALIGNMENT;
      const slot = { variable, offset, bytes };
      offset += bytes;
      return slot;
    });
    this.bytes = offset;
    const device = gpu();
    this.states = device ? states.map((state) => placed(device, state)) : [];
    if (!device || offset === 0) return;
    this.weight = device.createPlace(offset, 'weights');
    for (const slot of this.slots) device.place(slot.variable, regionOf(this.weight, slot));
  }

  dispose(): void {
    this.weight?.destroy();
    for (const state of this.states) state.destroy();
  }
}
