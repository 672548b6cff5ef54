import type { KeptRun } from '../../state/history-db';
import { assignLooks, colorOf, TEACHER_LOOK } from '../../state/looks';
import { useScheme } from '../kit';

const WIDTH = 72;
const HEIGHT = 24;

/** Points of a learner's validation accuracy over its steps. */
function pointsOf({ validation }: KeptRun['learners'][number]): readonly (readonly [number, number])[] {
  const { columns, rows } = validation;
  const width = columns.length + 1;
  const at = 1 + columns.indexOf('accuracy');
  return Array.from({ length: rows.length / width }, (_, row) => [
    rows[row * width] ?? 0,
    rows[row * width + at] ?? Number.NaN,
  ]);
}

/** The validation accuracy of every learner of a run, too small for numbers. */
export function Spark({ run }: { run: KeptRun }) {
  const { scheme } = useScheme();
  const looks = assignLooks(run.config.students);
  const end = Math.max(1, ...run.learners.map(({ learner }) => learner.steps));
  return (
    <svg
      className="spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      {run.learners.map((kept) => {
        const points = pointsOf(kept).filter(([, value]) => Number.isFinite(value));
        const path = points.map(
          ([step, value]) => `${(step / end) * WIDTH} ${(1 - value) * (HEIGHT - 2) + 1}`,
        );
        const look = looks.get(kept.learner.key) ?? TEACHER_LOOK;
        return path.length > 1 ? (
          <path
            key={kept.learner.id}
            d={`M${path.join('L')}`}
            fill="none"
            stroke={colorOf(look, scheme)}
            strokeWidth={1.5}
            strokeDasharray={look.dash}
          />
        ) : null;
      })}
    </svg>
  );
}
