/** What a regime report says, in sentences. Pure. */
import { count, percent } from '../../core/format';
import type { RegimeReport, SpaceReport } from '../../data/dataset';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function drawnSentences(drawn: RegimeReport['drawn']): string[] {
  if (!drawn) return [];
  const { name, pool, tests, only } = drawn;
  return [
    `${only ? 'All they see are' : 'Beside them are'} ${count(pool)} images of “${name}”, without labels.`,
    ...(tests
      ? [`Tests are on ${count(tests.validation)} and ${count(tests.test)} others of that set.`]
      : []),
  ];
}

const NAMED = 12;

function side(who: string, { classNames, counts }: SpaceReport): string {
  const more = classNames.length - NAMED;
  const names = `${classNames.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
  return `${who} ${count(classNames.length)} classes (${names}): ${count(counts.train)} images to train, ${count(counts.validation)} for validation, ${count(counts.test)} to test.`;
}

/** What the teacher sees; `all` are the images of the students' classes. */
function teacherText({ spaces, teacher }: RegimeReport, all: number): string {
  if (spaces && !spaces.teacher) return 'was trained before';
  if (spaces) return `${count(teacher)} of its own`;
  return teacher === all ? 'all' : count(teacher);
}

const spaceSentences = ({ teacher, students }: NonNullable<RegimeReport['spaces']>): string[] => [
  ...(teacher ? [side('The teacher learns', teacher)] : []),
  side('Students learn', students),
];

/** Classes of both sides, who sees how many images, vanished classes, wrong labels, cost; in this order, only what applies. */
export function regimeSentences(report: RegimeReport): string[] {
  const { before, after, students, pooled, drawn, wrong, cost, classNames, spaces } = report;
  const all = sum(before);
  const gone = after ? classNames.filter((_, i) => before[i]! > 0 && after[i] === 0) : [];
  const labelled = drawn?.only
    ? `Students see none of the ${count(all)} training images`
    : `Students see ${count(students)} of ${count(all)} training images${spaces ? ' of their classes' : ''} (${percent(students / all, 0)})`;
  return [
    ...(spaces ? spaceSentences(spaces) : []),
    `${labelled}, the teacher ${teacherText(report, all)}.`,
    ...drawnSentences(drawn),
    ...(pooled > 0
      ? [
          `${count(pooled)} ${pooled === 1 ? 'image has' : 'images have'} lost the label and wait in the pool.`,
        ]
      : []),
    ...(after
      ? []
      : ['Which images these are, and of which classes, is known once the run has scored them.']),
    ...(gone.length > 0 ? [`No image is left of ${gone.join(', ')}.`] : []),
    ...(wrong
      ? [
          `Wrong labels: ${percent(wrong.before)} before the choice, ${wrong.students === undefined ? '' : `${percent(wrong.students)} of what students see, `}${percent(wrong.teacher)} of what the teacher sees.`,
        ]
      : []),
    ...(cost
      ? [
          `Finding the scores took ${cost.steps > 0 ? `${count(cost.steps)} training steps, ` : ''}${(cost.milliseconds / 1000).toFixed(1)} s.`,
        ]
      : []),
  ];
}
