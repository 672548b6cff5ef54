/** Saves the running session every few seconds, and says what there is to go on with. */
import type { Config } from '../core/config';
import { Journal, retold } from '../trainer/saved/journal';
import type { SavedSession } from '../trainer/saved/session';
import { saveError } from '../trainer/saved/slots';
import { type Found, type KeptRun, type Sources, Store, summaryOf } from '../trainer/saved/store';
import type { Saver, SessionOptions } from '../trainer/session-options';
import { browserFolder } from './opfs';
import type { FromWorker, Saving as State } from './protocol';
import { Writer } from './writer';

/** Milliseconds between saves. */
const EVERY = 10_000;
/** Times what a save took that are spent training before the next: at most 2 % of the time goes into saving. */
const SHARE = 50;

/** What stays the same while a run goes on. */
type Run = Omit<KeptRun, 'session' | 'journal'> & { readonly sources: Sources };

export class Saving implements Saver {
  private every = EVERY;
  private readonly emit: (message: FromWorker) => void;
  private readonly usable: () => boolean;
  private readonly store = new Store(browserFolder);
  private readonly writer: Writer;
  private state: State = { role: 'unknown' };
  private journal = new Journal();
  private run: Run | undefined;
  private begun = false;
  private wanted = false;
  private next = 0;
  private asked = 0;
  private savedAt = -1;

  /** @param usable false once the device's results can no longer be trusted. */
  constructor(emit: (message: FromWorker) => void, usable: () => boolean) {
    this.emit = emit;
    this.usable = usable;
    this.writer = new Writer({
      mine: () => void this.look(),
      theirs: () => this.tell({ role: 'elsewhere' }),
    });
  }

  /** Call when the worker is up, once. @param every milliseconds between saves at least; 0: each step. */
  begin(every = EVERY): void {
    this.every = every;
    if (!this.begun) this.writer.begin();
    this.begun = true;
  }

  takeOver(): void {
    this.writer.take();
  }

  private tell(state: State): void {
    this.state = state;
    this.emit({ type: 'saving', saving: state });
  }

  /** Looks for a run to go on with. */
  private async look(): Promise<void> {
    try {
      const found = await this.store.find();
      if (found.kind === 'run') this.tell({ role: 'here', kept: summaryOf(found.run, found.time) });
      else this.tell({ role: 'here', ...(found.kind === 'refused' ? { problem: found.reason } : {}) });
    } catch (error) {
      this.tell({ role: 'off', problem: saveError(error).message });
    }
  }

  /** What there is to go on with. Throws SaveError. */
  find(): Promise<Found> {
    return this.store.find();
  }

  imagesOf(run: KeptRun): Promise<Sources> {
    return this.store.imagesOf(run);
  }

  /** A run begins or goes on; what it tells is to pass through the returned function. */
  follow(run: Run): (message: FromWorker) => void {
    this.run = run;
    this.journal = new Journal();
    this.savedAt = -1;
    this.next = performance.now() + this.every;
    const { journal } = this;
    return (message) => {
      if (message.type === 'started' && this.run) this.run = { ...this.run, totalSteps: message.totalSteps };
      journal.take(message);
      this.emit(message);
      if (message.type === 'finished') void this.forget();
    };
  }

  /** At the next step, whatever the time. */
  soon(): void {
    this.wanted = true;
  }

  due(pausing: boolean): boolean {
    if (this.state.role !== 'here' || !this.run || !this.usable()) return false;
    const now = performance.now();
    if (!pausing && !this.wanted && now < this.next) return false;
    this.wanted = false;
    this.asked = now;
    return true;
  }

  async save(session: SavedSession): Promise<void> {
    const { run } = this;
    if (!run || !this.usable() || session.done === this.savedAt) return;
    const { sources, ...rest } = run;
    const kept: KeptRun = { ...rest, session, journal: this.journal.state };
    const time = Date.now();
    try {
      const bytes = await this.store.save(kept, sources, time);
      this.savedAt = session.done;
      const milliseconds = performance.now() - this.asked;
      if (this.state.role === 'here')
        this.tell({ role: 'here', kept: summaryOf(kept, time), cost: { bytes, milliseconds } });
    } catch (error) {
      const { message, full } = saveError(error);
      const { kept: last } = this.state;
      if (this.state.role === 'here')
        this.tell({ role: 'here', unsaved: { message, full }, ...(last ? { kept: last } : {}) });
    }
    const now = performance.now();
    this.next = now + (this.every === 0 ? 0 : Math.max(this.every, SHARE * (now - this.asked)));
  }

  /** There is nothing to go on with any more: the run is over, or dropped. */
  async forget(): Promise<void> {
    this.run = undefined;
    if (this.state.role !== 'here') return;
    try {
      await this.store.clear();
    } catch {
      // Offered once more after a reload, where it can be discarded again.
    }
    this.tell({ role: 'here' });
  }
}

/** The parts of a session's options that go on with a kept run. */
export const resumeOf = ({ session, journal }: KeptRun): NonNullable<SessionOptions['resume']> => ({
  state: session,
  told: retold(journal),
});

/** The run's set-up with the settings it had last. */
export const liveConfig = ({ config, session }: KeptRun): Config => ({
  ...config,
  students: session.students,
});
