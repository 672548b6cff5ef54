import { useEffect, useMemo } from 'react';
import { count } from '../../core/format';
import { answerOf, type Filter, type FilterKind, rowsOf } from '../../state/answers';
import { useDataset } from '../../state/dataset';
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
import { useMeasuredKey, useNames } from '../hooks';
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
  return {
    own: items.find(({ learner }) => learner.split('/')[0] === selected),
    teacher: items.find(({ learner }) => learner === 'teacher'),
  };
}

function useRows(own: PredictionItem | undefined, teacher: PredictionItem | undefined): readonly number[] {
  const filter = useSamples((samples) => samples.filter);
  return useMemo(() => (own ? rowsOf(filter, own, teacher) : []), [filter, own, teacher]);
}

function useClassName(): (index: number) => string {
  const classNames = useDataset((data) => data.current?.classNames);
  return (index) => classNames?.[index] ?? String(index);
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
  readonly rows: readonly number[];
  readonly own: PredictionItem;
}

function PictureGrid({ rows, own }: GridProps) {
  const pictures = useSamples((samples) => samples.pictures);
  const chosen = useSamples((samples) => samples.chosen);
  const shape = useDataset((data) => data.current?.shape);
  const name = useClassName();
  if (!shape) return null;
  return (
    <ul className="sample-grid">
      {rows.map((row) => {
        const truth = name(own.labels[row] ?? 0);
        const answer = name(answerOf(own, row));
        const label = truth === answer ? truth : `${truth} → ${answer}`;
        return (
          <li key={row}>
            <button
              type="button"
              className="sample"
              aria-pressed={chosen === row}
              onClick={() => choose(chosen === row ? undefined : row)}
              title={truth === answer ? `${truth}, answered right` : `${truth}, answered as ${answer}`}
            >
              <Picture
                rgba={pictures.get(row)}
                width={shape.width}
                height={shape.height}
                size={THUMBNAIL}
                label={`Image ${row}: ${label}`}
              />
              <span className="sample-label">{label}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Loupe({ row, own }: { row: number; own: PredictionItem }) {
  const picture = useSamples((samples) => samples.pictures.get(row));
  const shape = useDataset((data) => data.current?.shape);
  const name = useClassName();
  if (!shape) return null;
  const truth = name(own.labels[row] ?? 0);
  return (
    <div className="stack">
      <div className="loupe">
        <Picture
          rgba={picture}
          width={shape.width}
          height={shape.height}
          size={LOUPE}
          label={`Image ${row}, enlarged`}
        />
        <p>
          True class: <strong>{truth}</strong>
          <br />
          <span className="quiet">image {count(row)} of the split</span>
        </p>
      </div>
      <SampleAnswers row={row} name={name} />
      <Places row={row} rgba={picture} width={shape.width} height={shape.height} name={name} />
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
  const rows = useRows(own, teacher);
  const visible = useMemo(() => rows.slice(0, shown), [rows, shown]);
  useEffect(() => {
    void fetchPictures(visible);
  }, [visible]);
  const where = split === 'test' ? 'final test' : 'validation';
  return (
    <div className="stack">
      <h3>{names.label(own.learner.split('/')[0] ?? '')}</h3>
      <FilterField hasTeacher={teacher !== undefined && teacher !== own} />
      <p className="quiet" role="status">
        {rows.length === 0
          ? `No such image among the ${count(own.rows)} ${where} images.`
          : `${count(rows.length)} of ${count(own.rows)} ${where} images. Choose one to see every answer.`}
      </p>
      {chosen !== undefined && <Loupe row={chosen} own={own} />}
      <PictureGrid rows={visible} own={own} />
      {rows.length > visible.length && (
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
