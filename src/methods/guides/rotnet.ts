import { choice, number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { softmax } from './toys/maths';

const SEVEN: readonly (readonly number[])[] = [
  [1, 1, 1, 1, 1],
  [0, 0, 0, 1, 0],
  [0, 0, 1, 0, 0],
  [0, 1, 0, 0, 0],
  [0, 1, 0, 0, 0],
];

export default defineGuide({
  id: 'rotnet',
  when: 'When labels are few but images are many and have an upright position.',
  avoid: 'When turned images look alike, such as letters, round shapes or pictures from above.',
  setup: {
    question: 'Does guessing rotations first help when labels are few?',
    reduced:
      'Paper: CIFAR-10 with a Network in Network, 200 epochs of rotations and 100 of labels. Here: generated digits of 16 pixels, 5 % of them with a label, one run of 20 epochs, two fifths of it for rotations of all; the teacher, which saw all labels, is ours. The last student reads random features.',
    scale: 'ready',
    regimes: [{ id: 'labelled-fraction', params: { share: 5, minimum: 5 } }],
    training: { epochs: 20 },
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'rotnet' },
      { id: 'rotnet', params: { weight: 0 } },
      { id: 'rotnet', params: { features: 'frozen', weight: 0 } },
      { id: 'rotnet', params: { features: 'frozen', weight: 0, pretext: 0 } },
    ],
  },
  figure: figure({
    title: 'How much was it turned?',
    controls: {
      turn: choice('The image is turned by', '1', { 0: '0°', 1: '90°', 2: '180°', 3: '270°' }),
      sure: number('How well the network sees it', 1.5, { min: 0, max: 5, step: 0.25 }),
    },
    show({ turn, sure }) {
      let image = SEVEN;
      for (let i = 0; i < Number(turn); i++)
        image = image[0]!.map((_, x) => image.map((row) => row[row.length - 1 - x]!));
      const p = softmax([0, 1, 2, 3].map((r) => (r === Number(turn) ? sure : 0)));
      return {
        picture: {
          kind: 'maps',
          maps: [
            { name: 'What it sees', rows: image },
            { name: '0°, 90°, 180°, 270°', rows: [p] },
          ],
        },
        numbers: { Rotation: -Math.log(p[Number(turn)]!) },
        sentence:
          'No label is needed: the page turned the image itself and knows by how much. To tell, a network must find out what is up in a seven.',
      };
    },
  }),
});
