import {
  ascending,
  choice,
  defineRegime,
  groupingTasks,
  integer,
  knownTasks,
  oneAgainstRest,
  Rng,
  refuseBeside,
  rowsByClass,
  sameBudget,
  teacherSees,
} from './kit';

export default defineRegime({
  id: 'multi-task',
  name: 'Several tasks',
  summary:
    'The class is the target and few images have it; other labels of the same images are tasks to learn from before.',
  paper: {
    title: 'ScaLearn: Simple and Highly Parameter-Efficient Task Transfer by Learning to Scale',
    authors: 'Markus Frohmann, Carolin Holtermann, Shahed Masoudian, Anne Lauscher, Navid Rekabsaz',
    venue: 'Findings of ACL',
    year: 2024,
    url: 'https://arxiv.org/abs/2310.01217',
  },
  fidelity: 'adapted',
  deviations:
    'The paper’s tasks are data sets of sentences with one label set each. Here they are other labels of one set of images: attributes of generated scenes, further label columns, or groupings of the classes. Images that keep their class are drawn class by class in turn, so that none is left out; the paper draws them by lot. The others keep the labels of the source tasks and lose the class. Methods that do not ask for tasks see the few images only.',
  order: 0.5,
  params: {
    sources: choice(
      'Source tasks',
      'known',
      {
        known: 'What else the data knows; groupings where it knows nothing',
        groups: 'Groupings of the classes by lot, 2 to 4 groups each',
        each: 'One class against the rest',
      },
      {
        source: 'ours',
        help: 'Attributes of generated scenes, further label columns, or made of the classes.',
      },
    ),
    most: integer('Source tasks at most', 6, { min: 1, max: 7, source: 'ours' }),
    shots: integer('Images with a class', 16, {
      min: 0,
      max: 2000,
      source: 'paper',
      help: 'In all, not of each class; 0 leaves every image its class.',
    }),
    teacher: teacherSees('full'),
    budget: sameBudget(),
  },
  pools: true,
  teacher: ({ teacher }) => teacher,
  budget: ({ budget }) => budget,
  refuses({ shots, teacher }, around) {
    if (shots > 0 && around.regimes.includes('few-shot'))
      return 'Both take labels away. Set “Images with a class” to 0, or use one of the two.';
    return refuseBeside(teacher, around);
  },
  tasks(view, { sources, most }) {
    if (sources === 'each') return oneAgainstRest(view, most);
    const known = sources === 'known' ? knownTasks(view, most) : [];
    return known.length > 0 ? known : groupingTasks(view, most, view.seed);
  },
  select(view, { shots }) {
    if (shots === 0) return {};
    const rng = new Rng(view.seed, 'regime/multi-task');
    const drawn = rowsByClass(view).map((rows) => [...rng.permutation(rows.length)].map((i) => rows[i]!));
    const deepest = Math.max(...drawn.map((rows) => rows.length));
    const turns = Array.from({ length: deepest }, (_, turn) => drawn.flatMap((rows) => rows[turn] ?? []));
    const order = turns.flat();
    return { kept: ascending(order.slice(0, shots)), pooled: ascending(order.slice(shots)) };
  },
});
