/** What a run told while it ran, put together for summary.json and history.csv. Pure. */
import type { Config } from '../core/config';
import { cell } from '../core/csv';
import { perClassAccuracy } from '../metrics/tools';
import type { Progress } from '../worker/protocol';
import { PictureBook } from './pictures';
import type { RunEvent } from './protocol';

type Of<K extends RunEvent['type']> = Extract<RunEvent, { readonly type: K }>;
type Learner = Of<'started'>['learners'][number];
type Evaluation = Of<'evaluated'>['evaluations'][number];
type LearnerState = Of<'state'>['state'];

const HEADER = 'learner,seed,step,epoch,split,metric,value';

export class History {
  learners: readonly Learner[] = [];
  progress: Progress | undefined;
  private readonly states = new Map<string, LearnerState>();
  /** Last evaluation by `<learner id> <split>`. */
  readonly latest = new Map<string, Evaluation>();
  private readonly rows: string[] = [];
  private readonly pictures = new PictureBook();
  readonly config: Config;

  constructor(config: Config) {
    this.config = config;
  }

  add(event: RunEvent): void {
    if (event.type === 'started') this.learners = event.learners;
    else if (event.type === 'progress') this.progress = event.progress;
    else if (event.type === 'state') this.states.set(event.learner, event.state);
    else if (event.type === 'probe') this.pictures.add(event.probe);
    else if (event.type === 'points') for (const points of event.points) this.addPoints(points);
    else for (const evaluation of event.evaluations) this.addEvaluation(evaluation);
  }

  private row(
    learner: Learner,
    step: number,
    epoch: number,
    split: string,
    metric: string,
    value: number,
  ): void {
    // What is not there has no row, such as the accuracy on images without labels.
    if (!Number.isFinite(value)) return;
    this.rows.push([cell(learner.id), learner.seed, step, epoch, split, cell(metric), value].join(','));
  }

  private addPoints({ learner: id, rows, data }: Of<'points'>['points'][number]): void {
    const learner = this.learners.find((l) => l.id === id);
    if (!learner) return;
    const { teacher, training } = this.config;
    const epochs = learner.key === 'teacher' && teacher.mode === 'trained' ? teacher.epochs : training.epochs;
    const names = ['loss', 'batch-accuracy', ...learner.terms.map((term) => `term:${term.key}`)];
    const width = names.length + 1;
    for (let at = 0; at < rows * width; at += width) {
      const step = data[at]!;
      const epoch = Math.ceil((step * epochs) / learner.steps);
      names.forEach((name, i) => {
        this.row(learner, step, epoch, 'train', name, data[at + 1 + i]!);
      });
    }
  }

  private addEvaluation(evaluation: Evaluation): void {
    this.latest.set(`${evaluation.learner} ${evaluation.split}`, evaluation);
    const learner = this.learners.find((l) => l.id === evaluation.learner);
    if (!learner) return;
    for (const [metric, value] of Object.entries(evaluation.metrics))
      this.row(learner, evaluation.step, evaluation.epoch, evaluation.split, metric, value);
  }

  /** Long form, one number a line, in the order it was measured. */
  csv(): string {
    return `${[HEADER, ...this.rows].join('\n')}\n`;
  }

  stateOf(id: string): LearnerState {
    return this.states.get(id) ?? { kind: 'waiting' };
  }

  /** True when there was something to train and all of it came to its end. */
  get allFinished(): boolean {
    return this.learners.length > 0 && this.learners.every((l) => this.stateOf(l.id).kind === 'finished');
  }

  /** The parameters that are left, and those built where the network has removed some. */
  private sizesOf({ id, parameters: parametersBuilt }: Learner) {
    const { parameters } = this.latest.get(`${id} test`) ?? this.latest.get(`${id} validation`) ?? {};
    return parameters === undefined ? {} : { parameters, parametersBuilt };
  }

  private picturesOf(learner: string) {
    const pictures = this.pictures.of(learner);
    return pictures ? { pictures } : {};
  }

  /** One entry per learner and seed: who it is, what it cost, its last measurement on every split, its pictures. */
  results() {
    return this.learners.map((learner) => ({
      ...learner,
      ...this.sizesOf(learner),
      state: this.stateOf(learner.id),
      millisecondsPerStep: this.progress?.learnerMilliseconds[learner.id] ?? null,
      splits: Object.fromEntries(
        ['train', 'validation', 'test'].flatMap((split) => {
          const evaluation = this.latest.get(`${learner.id} ${split}`);
          return evaluation ? [[split, measured(evaluation)]] : [];
        }),
      ),
      ...this.picturesOf(learner.id),
    }));
  }
}

function measured({ learner: _, split: __, confusion, ...rest }: Evaluation) {
  const classes = Math.sqrt(confusion.length);
  const perClass = perClassAccuracy(Int32Array.from(confusion), classes).map((value) => value ?? null);
  return { ...rest, perClassAccuracy: perClass, confusion };
}
