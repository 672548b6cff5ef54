import { defineGuide } from './kit';

export default defineGuide({
  id: 'lskd',
  when: 'When teacher and student differ much in size: the student need not reach the size of the teacher’s logits.',
  avoid: 'When the probabilities must be right: the labels alone then set how sure the student is.',
  setup: {
    question: 'Is it enough to match the shape of the logits? Released weights beside ours.',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'lskd', params: { weight: 9, ceWeight: 0.1 } },
      { id: 'lskd' },
    ],
  },
});
