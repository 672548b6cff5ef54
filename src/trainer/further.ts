/** The further data sets of a set-up as a worker holds them: dropped by the user, generated, or a shift of the first. */
import { isUnedited } from '../core/class-edits';
import { type Config, DATA_ROLES, type DataRole, type OtherConfig } from '../core/config';
import { longWork } from '../core/long-work';
import { hash, hashText } from '../core/rng';
import { builtins } from '../data/builtins';
import type { Dataset, DatasetSummary } from '../data/dataset';
import { alignClasses, compose, missing, poolOf, ROLE_NAMES, shifted, withChannels } from '../data/domains';
import { applyEdits } from '../data/edit-classes';
import { groupClasses } from '../data/group-classes';
import type { RawImages } from '../data/kit';
import { atSize, fingerprint, prepare, splitRows } from '../data/prepare';
import { drawsOf } from '../data/regimes/index';
import { SourceImages } from '../data/source-images';
import { equalImages, summarise } from '../data/summary';
import type { OtherSummaries, OtherSummary } from '../worker/protocol';
import type { Sources } from './saved/store';

/** The first data set of the set-up: before its classes were edited, and as a run uses it. */
export interface First {
  readonly source: SourceImages;
  readonly dataset: Dataset;
}

interface Made {
  readonly key: string;
  readonly dataset: Dataset;
  /** With its own classes, before they are found among those of the first set. */
  readonly summary: DatasetSummary;
}

class Absent extends Error {}

/** They are only put together where somebody asks. */
export const rawOf = (source: SourceImages) => () => source.raw();

const firstEdits = ({ dataset }: Config) => (dataset.source === 'own' ? dataset.edits : undefined);

/** The images of a role before classes are edited. The first set generated anew, so that no image has a twin. */
function sourceOf(other: OtherConfig, role: DataRole, config: Config, first: First): RawImages {
  const { data, dataset } = config;
  const seed = hash(data.splitSeed, hashText(role));
  const anew = ({ id, params }: { id: string; params: Config['teacher']['model']['params'] }) =>
    builtins.get(id).generate(params, seed, data.size);
  if (other.source === 'builtin') return anew(other);
  if (other.source === 'own') throw new Absent(`Drop the images of '${other.name}' on the page.`);
  const from = dataset.source === 'builtin' ? anew(dataset) : first.source.raw();
  return shifted(from, other, seed);
}

/** Says how many images of a pool are among those the first set is tested on. */
function heldOutIn(dataset: Dataset, derived: boolean, first: First): string[] {
  const { heldOut } = equalImages({ ...first.dataset, pool: poolOf(dataset, !derived) });
  return heldOut
    ? [
        `${heldOut} of these images are also in validation or test of the first set; they stay out of the pool.`,
      ]
    : [];
}

export class FurtherSets {
  private readonly own = new Map<DataRole, SourceImages>();
  private readonly made = new Map<DataRole, Made>();
  private last: { readonly key: string; readonly dataset: Dataset } | undefined;

  /** Takes dropped images over for a role. */
  accept(role: DataRole, source: SourceImages): void {
    this.own.set(role, source);
    this.made.delete(role);
  }

  /** Images of the user's own that the set-up uses, by the fingerprint a link knows them by. */
  dropped({ others = {} }: Config): Sources {
    const found = new Map<string, () => RawImages>();
    for (const role of DATA_ROLES) {
      const [other, source] = [others[role], this.own.get(role)];
      if (other?.source === 'own' && source) found.set(other.fingerprint, rawOf(source));
    }
    return found;
  }

  /** Throws where the images are not there, or their classes are none of the first set's. */
  private make(role: DataRole, config: Config, first: First): Made {
    const other = config.others?.[role];
    if (!other) throw new Absent(`There is no ${ROLE_NAMES[role]}.`);
    const { data } = config;
    const key = JSON.stringify([other, data, config.dataset, first.dataset.fingerprint]);
    const held = this.made.get(role);
    if (held?.key === key) return held;
    longWork();
    const since = performance.now();
    const source = this.sourceOf(role, config, first);
    // A shift has the first set's images, and so its edits.
    const edits = other.source === 'own' ? other.edits : other.source === 'shift' ? firstEdits(config) : {};
    const edited = withChannels(applyEdits(source, edits), first.dataset.shape.channels);
    const summary = this.summary(source, edited, isUnedited(edits) ? undefined : edits, data, since);
    const fitted = role === 'target' ? this.target(edited, config, first) : edited;
    const dataset = prepare(fitted, data);
    // From here on its pixels are those of the splits.
    if (other.source === 'own')
      this.own.set(role, SourceImages.beside(source, fitted, splitRows(fitted, data), dataset));
    const warnings = role === 'pool' ? heldOutIn(dataset, other.source === 'shift', first) : [];
    const made = { key, dataset, summary: { ...summary, warnings: [...summary.warnings, ...warnings] } };
    this.made.set(role, made);
    return made;
  }

  private sourceOf(role: DataRole, config: Config, first: First): RawImages {
    const other = config.others![role]!;
    const own = other.source === 'own' ? this.own.get(role)?.raw() : undefined;
    if (other.source !== 'own' || !own) return sourceOf(other, role, config, first);
    if (fingerprint(atSize(own, config.data.size)) !== other.fingerprint)
      throw new Absent(
        `The images loaded as ${ROLE_NAMES[role]} are not those of the set-up ('${other.name}'): their fingerprints differ.`,
      );
    return own;
  }

  private summary(
    source: RawImages,
    raw: RawImages,
    edits: ReturnType<typeof firstEdits>,
    data: Config['data'],
    since: number,
  ): DatasetSummary {
    const dataset = prepare(raw, data);
    return summarise({ source, edits, raw, dataset }, performance.now() - since);
  }

  /** With the classes of the first set, grouped as these are. */
  private target(raw: RawImages, config: Config, first: First): RawImages {
    const classes = applyEdits(first.source.raw(), firstEdits(config)).classNames;
    const { groups, splitSeed } = config.data;
    return groupClasses(alignClasses(raw, classes), groups, splitSeed);
  }

  /** Every further set of the set-up, or what is wrong with it. */
  summaries(config: Config, first: First): OtherSummaries {
    const found: Partial<Record<DataRole, OtherSummary>> = {};
    for (const role of DATA_ROLES) {
      if (!config.others?.[role]) continue;
      try {
        found[role] = { summary: this.make(role, config, first).summary };
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        found[role] = { problem, absent: error instanceof Absent };
      }
    }
    return found;
  }

  /** What a run sees: the first set, or with it what a regime draws from another. Throws where that is not there. */
  composed(config: Config, first: First): Dataset {
    const drawing = drawsOf(config.regimes);
    if (!drawing) return first.dataset;
    const { role } = drawing.draws;
    const other = config.others?.[role];
    if (!other) throw new Error(missing(drawing));
    const { dataset, key } = this.make(role, config, first);
    if (this.last?.key !== role + key) {
      const further = { dataset, derived: other.source === 'shift' };
      this.last = { key: role + key, dataset: compose(first.dataset, further, drawing) };
    }
    return this.last.dataset;
  }
}
