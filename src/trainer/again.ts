/** Measures learners again whose answers have changed while a run waits. */
import type { Lane } from './lane';

export class Again {
  private readonly asked = new Set<Lane>();
  private busy = false;
  private readonly measure: (lanes: readonly Lane[]) => Promise<void>;

  constructor(measure: Again['measure']) {
    this.measure = measure;
  }

  /** Of changes that come faster than they can be measured, the last is. A failed measurement is left out. */
  async ask(lanes: readonly Lane[]): Promise<void> {
    for (const lane of lanes) this.asked.add(lane);
    if (this.busy) return;
    this.busy = true;
    while (this.asked.size > 0) {
      const next = [...this.asked];
      this.asked.clear();
      await this.measure(next).catch(() => undefined);
    }
    this.busy = false;
  }
}

/** Epochs that a lane has completed. */
export const epochOf = ({ step, options }: Lane): number => Math.floor(step / options.stepsPerEpoch);
