import { boolean, choice, defineRegime, integer, type LabelFacts, type LabelSpace, number } from './kit';
import { coarse, part, split, within } from './label-space-split/spaces';

type Way = 'classes' | 'groups' | 'labellings';

export default defineRegime({
  id: 'label-space-split',
  name: 'Two label spaces',
  summary: 'The teacher learns some classes, the students others: its answers say nothing about theirs.',
  paper: {
    title: 'Prototype-guided Cross-task Knowledge Distillation for Large-scale Models',
    authors: 'Deng Li, Aming Wu, Yahong Han, Qi Tian',
    venue: 'arXiv',
    year: 2022,
    url: 'https://arxiv.org/abs/2212.13180',
  },
  fidelity: 'adapted',
  deviations:
    'Only the setting is the paper’s, on one set of images in place of two: each side has its own classes and, of every split, only the images of these. The teacher is measured on its own classes. Methods that compare answers with the teacher’s are refused.',
  order: 0,
  params: {
    way: choice<Way>(
      'The sides are',
      'classes',
      {
        classes: 'Different classes',
        groups: 'Groups of classes, then the classes',
        labellings: 'Two ways to label the same images',
      },
      { source: 'ours', help: 'What the teacher learns, and what the students do.' },
    ),
    share: number('Share of classes for the teacher', 0.5, {
      min: 0.1,
      max: 0.9,
      step: 0.05,
      source: 'ours',
      help: 'Of different classes: the rest is the students’. At least two stay on either side.',
    }),
    lot: boolean('Divide by lot', true, {
      source: 'ours',
      help: 'Of different classes. Without it the first classes are the teacher’s.',
    }),
    breadth: integer('Classes the teacher learns (0 = all)', 0, {
      min: 0,
      max: 1000,
      source: 'ours',
      help: 'Of its side, the first so many in the order they were drawn; the students’ side stays as it is.',
    }),
    groups: integer('Groups (0 = those of the data)', 0, {
      min: 0,
      max: 100,
      source: 'ours',
      help: 'Of groups: 0 takes folders or a column that put classes together, else names that begin alike.',
    }),
    teacher: integer('The teacher’s labelling', 1, {
      min: 0,
      max: 50,
      source: 'ours',
      advanced: true,
      help: 'Of two ways to label: 0 is the class, 1 and so on the other columns in their order.',
    }),
    students: integer('The students’ labelling', 0, {
      min: 0,
      max: 50,
      source: 'ours',
      advanced: true,
      help: 'Of two ways to label: 0 is the class, 1 and so on the other columns in their order.',
    }),
  },
  teacher: () => 'full',
  refuses(_, { teacher, measuredElsewhere }) {
    if (teacher === 'online')
      return 'A teacher that trains beside the students sees their batches only. Train it first.';
    return measuredElsewhere
      ? 'Validation and test images come from another set, which cannot be divided alike. Use one of the two.'
      : undefined;
  },
  select: () => ({}),
  spaces(facts, params) {
    const { way, breadth } = params;
    const sides = SIDES[way](facts, params);
    return { ...sides, teacher: breadth === 0 ? sides.teacher : part(sides.teacher, breadth, facts.seed) };
  },
});

interface Values {
  readonly share: number;
  readonly lot: boolean;
  readonly groups: number;
  readonly teacher: number;
  readonly students: number;
}

type Sides = { readonly teacher: LabelSpace; readonly students: LabelSpace };

const SIDES: Readonly<Record<Way, (facts: LabelFacts, values: Values) => Sides>> = {
  classes: (facts, { share, lot }) => split(facts, share, lot),
  groups: (facts, { groups }) => ({ teacher: coarse(facts, groups), students: within(facts, 0) }),
  labellings(facts, { teacher, students }) {
    if (teacher === students) throw new Error('Both sides have the same labelling. Choose two.');
    return { teacher: within(facts, teacher), students: within(facts, students) };
  },
};
