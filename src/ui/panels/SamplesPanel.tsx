import { useEffect, useMemo } from 'react';
import { count } from '../../core/format';
import { answerOf, type Filter, type FilterKind, rowOf, rowsOf } from '../../state/answers';
import { useDataset } from '../../state/dataset';
import { otherClasses } from '../../state/results';
import { useRun } from '../../state/run';
import {
  canAsk,
  choose,
  fetchPictures,
  loadSamples,
  showFilter,
  showMore,
  useSamples,
} from '../../state/samples';
import { toggle } from '../../state/session';
import type { PredictionItem } from '../../worker/protocol';
import { useClassNames, useMeasuredKey, useNames } from '../hooks';
import { Button, SelectField } from '../kit';
import { Places } from '../look/lazy';
import { Empty } from './Panel';
import { Picture } from './Picture';
import { SampleAnswers } from './SampleAnswers';

const FILTERS: readonly {
  readonly value: FilterKind;
  readonly label: string;
  readonly withTeacher?: boolean;
}[] = [
  { value: 'wrong', label: 'Mistakes' },
  { value: 'sure-mistakes', label: 'Mistakes, most confident first' },
  { value: 'right', label: 'Answered right' },
  { value: 'teacher-wrong', label: 'Teacher wrong', withTeacher: true },
  { value: 'only-teacher', label: 'Teacher right, student wrong', withTeacher: true },
  { value: 'only-student', label: 'Teacher wrong, student right', withTeacher: true },
  { value: 'disagreement', label: 'Furthest from the teacher first', withTeacher: true },
  { value: 'all', label: 'All images' },
];
const THUMBNAIL = 44;
const LOUPE = 96;

/** Answers of the selected learner (its first seed) and of the teacher. */
function useAnswers(): {
  readonly own: PredictionItem | undefined;
  readonly teacher: PredictionItem | undefined;
} {
  const items = useSamples((samples) => samples.items);
  const selected = useMeasuredKey();
  const others = useRun((run) => otherClasses(run.learners));
  return {
    own: items.find(({ learner }) => learner.split('/')[0] === selected),
    teacher: others ? undefined : items.find(({ learner }) => learner === 'teacher'),
  };
}

/** Images of the split that pass the filter. */
function useImages(own: PredictionItem | undefined, teacher: PredictionItem | undefined): readonly number[] {
  const filter = useSamples((samples) => samples.filter);
  return useMemo(
    () => (own ? rowsOf(filter, own, teacher).map((row) => own.index[row] ?? row) : []),
    [filter, own, teacher],
  );
}

function useClassName(): (index: number) => string {
  const classNames = useClassNames(useMeasuredKey());
  return (index) => classNames[index] ?? String(index);
}

function FilterField({ hasTeacher }: { hasTeacher: boolean }) {
  const filter = useSamples((samples) => samples.filter);
  const name = useClassName();
  const options = FILTERS.filter((f) => hasTeacher || !f.withTeacher).map(({ value, label }) => ({
    value: value as Filter['kind'],
    label,
  }));
  if (filter.kind === 'cell')
    options.push({ value: 'cell', label: `${name(filter.truth)} answered as ${name(filter.answer)}` });
  return (
    <SelectField
      label="Which images"
      value={filter.kind}
      options={options}
      onChange={(kind) => kind !== 'cell' && showFilter({ kind: kind as FilterKind })}
    />
  );
}

interface GridProps {
  readonly images: readonly number[];
  readonly own: PredictionItem;
}

function PictureGrid({ images, own }: GridProps) {
  const pictures = useSamples((samples) => samples.pictures);
  const chosen = useSamples((samples) => samples.chosen);
  const shape = useDataset((data) => data.current?.shape);
  const name = useClassName();
  if (!shape) return null;
  return (
    <ul className="sample-grid">
      {images.map((image) => {
        const row = rowOf(own, image);
        const truth = name(own.labels[row] ?? 0);
        const answer = name(answerOf(own, row));
        const label = truth === answer ? truth : `${truth} → ${answer}`;
        return (
          <li key={image}>
            <button
              type="button"
              className="sample"
              aria-pressed={chosen === image}
              onClick={() => choose(chosen === image ? undefined : image)}
              title={truth === answer ? `${truth}, answered right` : `${truth}, answered as ${answer}`}
            >
              <Picture
                rgba={pictures.get(image)}
                width={shape.width}
                height={shape.height}
                size={THUMBNAIL}
                label={`Image ${image}: ${label}`}
              />
              <span className="sample-label">{label}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Loupe({ image, own }: { image: number; own: PredictionItem }) {
  const picture = useSamples((samples) => samples.pictures.get(image));
  const shape = useDataset((data) => data.current?.shape);
  const name = useClassName();
  if (!shape) return null;
  const truth = name(own.labels[rowOf(own, image)] ?? 0);
  return (
    <div className="stack">
      <div className="loupe">
        <Picture
          rgba={picture}
          width={shape.width}
          height={shape.height}
          size={LOUPE}
          label={`Image ${image}, enlarged`}
        />
        <p>
          True class: <strong>{truth}</strong>
          <br />
          <span className="quiet">image {count(image)} of the split</span>
        </p>
      </div>
      <SampleAnswers image={image} />
      <Places row={image} rgba={picture} width={shape.width} height={shape.height} />
    </div>
  );
}

function Waiting() {
  const status = useRun((run) => run.status);
  if (status === 'running')
    return (
      <div className="stack">
        <Empty>Learners can be asked about single images while the run stands still.</Empty>
        <Button size="small" onClick={toggle}>
          Pause and look
        </Button>
      </div>
    );
  return <Empty>Single images and what every learner answers, once a run is paused or finished.</Empty>;
}

function Found({ own, teacher }: { own: PredictionItem; teacher: PredictionItem | undefined }) {
  const { shown, chosen, split } = useSamples();
  const names = useNames();
  const images = useImages(own, teacher);
  const visible = useMemo(() => images.slice(0, shown), [images, shown]);
  useEffect(() => {
    void fetchPictures(visible);
  }, [visible]);
  const where = split === 'test' ? 'final test' : 'validation';
  return (
    <div className="stack">
      <h3>{names.label(own.learner.split('/')[0] ?? '')}</h3>
      <FilterField hasTeacher={teacher !== undefined && teacher !== own} />
      <p className="quiet" role="status">
        {images.length === 0
          ? `No such image among the ${count(own.rows)} ${where} images.`
          : `${count(images.length)} of ${count(own.rows)} ${where} images. Choose one to see every answer.`}
      </p>
      {chosen !== undefined && <Loupe image={chosen} own={own} />}
      <PictureGrid images={visible} own={own} />
      {images.length > visible.length && (
        <Button size="small" tone="quiet" onClick={showMore}>
          Show more
        </Button>
      )}
    </div>
  );
}

/** Single images, and what the teacher and every student say about them. */
export function SamplesPanel() {
  const status = useRun((run) => run.status);
  const { loading, error, items } = useSamples();
  const { own, teacher } = useAnswers();
  const asks = canAsk(status);
  useEffect(() => {
    if (asks) void loadSamples();
  }, [asks]);
  if (error) return <Empty>{error}</Empty>;
  if (loading && items.length === 0) return <Empty>Asking every learner…</Empty>;
  if (!asks && items.length === 0) return <Waiting />;
  if (!own) return <Waiting />;
  return <Found own={own} teacher={teacher} />;
}
