/**
 * The run's frozen teacher as all lanes of a step see it: one forward pass per batch for what any of them reads or,
 * where images never change and there is room, what it answered once.
 */
import { bytes } from '../core/format';
import type { Segment } from '../engine/executor';
import type { FixedInput } from '../engine/inputs';
import type { NetOutput, Tensor, Tensor1D, Tensor4D } from '../engine/types';
import { Answers, type PartName, partOf, tapPart } from './answers';
import type { Network } from './network';
import { tensorsOf } from './outputs';

/** How the teacher sees images of the training set. */
export interface Source {
  readonly index: FixedInput<Tensor1D>;
  /** Rows of the training set. */
  readonly rows: number;
  /** The images of the running step. */
  images(): Tensor4D;
  /** Any images, as they are. */
  batch(index: FixedInput<Tensor1D>): Tensor4D;
}

export class SharedTeacher {
  /** Id of the segment that reads what was kept. */
  readonly kept: string;
  private readonly id: string;
  private readonly network: Network;
  private readonly source: Source;
  private readonly answers: Answers | undefined;
  private answer: NetOutput | undefined;
  private read: ReadonlyMap<PartName, Tensor> = new Map();
  /** Grows while lanes run. Unknown before the first step. */
  private readonly parts = new Set<PartName>();
  private ran = false;

  /** @param keeps images are the same in every epoch, so answers may be kept. @param id of its segments. */
  constructor(network: Network, source: Source, keeps: boolean, id = 'shared/teacher') {
    this.id = id;
    this.kept = `${id} as kept`;
    this.network = network;
    this.source = source;
    if (keeps) this.answers = new Answers(source.rows, source.index.values.length);
  }

  /** Grows when a lane reads a part that nobody read before. */
  get partsRead(): number {
    return this.parts.size;
  }

  /** Call when lanes may read other parts than before. */
  relearn(): void {
    this.ran = false;
  }

  /** Segments of a step: asking, and reading what was kept. */
  segments(): Segment[] {
    const { answers, network, source } = this;
    const asked: Segment = {
      id: this.id,
      needed: () => !this.ran || [...this.parts].some((part) => !answers?.has(part)),
      run: () => {
        this.answer = network.forward(source.images(), false);
        return tensorsOf(this.answer);
      },
    };
    if (!answers) return [asked];
    const run = () => {
      this.read = answers.read(source.index.tensor);
      return [...this.read.values()];
    };
    return [asked, { id: this.kept, needed: () => !answers.empty, run }];
  }

  /** What lanes read. Valid after the segments ran. */
  view(): NetOutput {
    this.ran = true;
    const whole = () => {
      if (!this.answer) throw new Error('The teacher was read before it was asked.');
      return this.answer;
    };
    const part = <T extends Tensor>(name: PartName): T => {
      this.parts.add(name);
      return (this.read.get(name) ?? partOf(whole(), name)) as T;
    };
    const taps = Object.defineProperties(
      {},
      Object.fromEntries(
        Object.keys(this.network.shapes.taps).map((name) => [
          name,
          { enumerable: true, get: () => part(tapPart(name)) },
        ]),
      ),
    );
    const { network } = this;
    return {
      get logits() {
        return part<NetOutput['logits']>('logits');
      },
      get embedding() {
        return part<NetOutput['embedding']>('embedding');
      },
      taps,
      get normed() {
        return whole().normed && part('normed');
      },
      get lastStage() {
        return network.lastStage(false);
      },
    };
  }

  /** The parts to keep from now on, with room made for them; empty when nothing is to be done. */
  reserve(stepsLeft: number): readonly PartName[] {
    const { answers, answer, parts } = this;
    if (!answers || !answer || stepsLeft <= answers.passes) return [];
    const wanted = [...parts].filter((part) => !answers.has(part));
    return wanted.length > 0 && answers.reserve(wanted, answer) ? wanted : [];
  }

  /** Asks the teacher once for every image and keeps the parts. */
  async fill(parts: readonly PartName[]): Promise<void> {
    await this.answers?.fill(parts, (index) => this.network.forward(this.source.batch(index), false));
  }

  /** How it is asked, in plain words; empty before anyone read it. */
  get state(): string {
    const { answers, parts } = this;
    if (parts.size === 0) return '';
    if (answers && [...parts].every((part) => answers.has(part)))
      return `The teacher was asked once; its answers take ${bytes(answers.bytes)}.`;
    if (answers?.refused)
      return `The teacher is asked in every step: keeping its answers would take ${bytes(answers.refused)}.`;
    return 'The teacher is asked in every step.';
  }

  dispose(): void {
    this.answers?.dispose();
  }
}
