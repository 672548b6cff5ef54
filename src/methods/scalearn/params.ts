/** Parameters of ScaLearn. */
import { choice, integer, number } from '../kit';
import { FORMS, JOINED } from './maths';

/** Tasks beside the target that the sliders have room for. */
export const MOST = 7;

const slider = (label: string) =>
  number(label, 1, {
    min: 0,
    max: 3,
    step: 0.05,
    source: 'ours',
    help: 'Multiplies the learned scales of this task at every layer; 0 leaves its adapter out. Works while the run goes on, and after.',
  });

export const params = {
  transfer: choice(
    'On the target',
    'scales',
    {
      scales: 'Learn how strongly to mix all adapters',
      fusion: 'Attention over all adapters (AdapterFusion)',
      adapter: 'The target’s own adapter only',
      head: 'The head only',
      all: 'The whole network (full fine-tuning)',
    },
    { source: 'paper', help: 'The first is ScaLearn; the others are what the paper compares it with.' },
  ),
  form: choice('Scales', 'scalearn', FORMS, {
    source: 'paper',
    help: 'How many numbers are learnt: from one of each channel and layer down to one of each task.',
  }),
  joined: choice('Scales are used', 'sum', JOINED, {
    source: 'paper',
    advanced: true,
    help: 'The paper lets scales add up to anything; its ablations do not.',
  }),
  pretext: choice(
    'The backbone first learns',
    'tasks',
    { tasks: 'All source tasks together', rotation: 'Quarter turns, without labels' },
    { source: 'ours', help: 'After that it is frozen.' },
  ),
  backbone: number('Share of the run for the backbone', 0.3, {
    min: 0.05,
    max: 0.8,
    step: 0.05,
    source: 'ours',
    fixed: true,
    help: 'How long the network itself learns.',
  }),
  adapters: number('Share of the run for the adapters', 0.35, {
    min: 0.05,
    max: 0.8,
    step: 0.05,
    source: 'ours',
    fixed: true,
    help: 'What is left is for the target.',
  }),
  reduction: integer('Adapters are narrower by', 4, {
    min: 1,
    max: 16,
    source: 'ours',
    help: 'The paper has 16 for a width of 768.',
  }),
  start: number('Scales start at, over the number of tasks', 2, {
    min: 0.5,
    max: 3,
    step: 0.5,
    source: 'code',
    fixed: true,
    advanced: true,
    help: 'At 2 the scales of a channel add up to 2 at first, as released.',
  }),
  dropout: number('Scales left out in a step', 0.3, {
    min: 0,
    max: 0.5,
    step: 0.05,
    source: 'code',
    help: 'Share of the entries; none in Uniform++, as released.',
  }),
  rate: number('Learning rate on the target, times', 3, {
    min: 1,
    max: 20,
    step: 0.5,
    source: 'ours',
    fixed: true,
    help: 'Scales need larger steps than adapters: 20 times in the released code. It falls to 0.',
  }),
  task1: slider('× task 1'),
  task2: slider('× task 2'),
  task3: slider('× task 3'),
  task4: slider('× task 4'),
  task5: slider('× task 5'),
  task6: slider('× task 6'),
  task7: slider('× task 7'),
  own: slider('× the target’s own'),
};

/** What the sliders say of `tasks` tasks, the target's own the last. */
export const sliders = (values: Readonly<Record<string, unknown>>, tasks: number): number[] =>
  Array.from({ length: tasks }, (_, t) => Number(values[t === tasks - 1 ? 'own' : `task${t + 1}`] ?? 1));
