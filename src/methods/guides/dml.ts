import { defineGuide } from './kit';

export default defineGuide({
  id: 'dml',
  when: 'When there is no teacher and you can afford to train two small networks at once.',
  avoid: 'When a good teacher is at hand: it knows more than a peer.',
  setup: {
    question: 'Do two or three students that start equal teach each other?',
    reduced:
      'Paper: CIFAR-100 and person search with pairs of ResNet-32 and wide ResNets, 200 epochs. Here: peers of ResNet-8 on generated shapes of 16 pixels, 20 epochs, updated from one pass.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'dml' }, { id: 'dml', params: { peers: 3 } }],
  },
});
