import { choice, number } from '../../core/params';
import { defineGuide, figure } from './kit';

/** What two adapters would add to four channels, and the channels before. */
const BEFORE = [0.4, -0.2, 0.1, 0.6];
const ADDED = {
  shape: [0.8, 0.1, -0.3, 0],
  colour: [-0.1, 0.9, 0.4, -0.5],
} as const;
const LAYERS = 12;
const WIDTH = 768;
const TASKS = 8;

const COUNTS = {
  scalearn: LAYERS * WIDTH * TASKS,
  'scalearn++': WIDTH * TASKS,
  uniform: LAYERS * TASKS,
  'uniform++': TASKS,
};

export default defineGuide({
  id: 'scalearn',
  when: 'When the same images have several labels and a new one is known of very few of them.',
  avoid: 'When the new task has labels enough: training the whole network is then hard to beat.',
  setup: {
    question: 'With 16 labelled images, is it enough to learn how strongly to mix what other tasks taught?',
    reduced:
      'Paper: eight language tasks on RoBERTa, 12 layers of width 768. Here: the colour, texture and place of generated shapes are the tasks to learn from, the shape is the target and 16 images have it; a transformer of 4 blocks and width 48, trained in the run on the three tasks and then frozen.',
    scale: 'ready',
    dataset: { id: 'shapes', params: { count: 2000 } },
    regimes: [{ id: 'multi-task' }],
    student: { id: 'vit', params: { width: 48, depth: 4 } },
    optimizer: 'adam',
    training: { epochs: 20 },
    students: [
      { id: 'scalearn', params: { transfer: 'head' } },
      { id: 'scalearn', params: { transfer: 'adapter' } },
      { id: 'scalearn' },
      { id: 'scalearn', params: { form: 'uniform++' } },
      { id: 'scalearn', params: { transfer: 'fusion' } },
      { id: 'labels-only' },
    ],
  },
  figure: figure({
    title: 'How much of each adapter?',
    controls: {
      shape: number('Scale of the adapter for shape', 1, { min: 0, max: 2, step: 0.1 }),
      colour: number('Scale of the adapter for colour', 1, { min: 0, max: 2, step: 0.1 }),
      form: choice('Numbers to learn in the paper’s network', 'uniform++', {
        scalearn: 'ScaLearn',
        'scalearn++': 'ScaLearn++',
        uniform: 'Uniform',
        'uniform++': 'Uniform++',
      }),
    },
    show({ shape, colour, form }) {
      const after = BEFORE.map((x, i) => x + shape * ADDED.shape[i]! + colour * ADDED.colour[i]!);
      return {
        picture: {
          kind: 'bars',
          categories: BEFORE.map((_, i) => `channel ${i + 1}`),
          series: [
            { name: 'frozen network', values: BEFORE },
            { name: 'with both adapters', values: after },
          ],
        },
        numbers: {
          'Sum of the scales': shape + colour,
          'Numbers to learn': COUNTS[form as keyof typeof COUNTS],
        },
        sentence:
          'Network and adapters stay as they are; only the scales move, and they need not add up to one. With one number for each task, eight numbers carry eight tasks over.',
      };
    },
  }),
});
