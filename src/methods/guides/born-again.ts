import { defineGuide } from './kit';

export default defineGuide({
  id: 'born-again',
  when: 'When the network may not become smaller but should become better.',
  avoid: 'When the aim is a small network: teacher and student have one size here.',
  setup: {
    question:
      'Does a network get better when its former self teaches it, and do the wrong classes carry the lesson?',
    reduced:
      'Paper: CIFAR-100 with DenseNets and wide ResNets, several generations. Here: one generation of a ResNet-8 on generated shapes of 16 pixels, 20 epochs; the two controls of the paper beside it.',
    scale: 'cifar',
    teacher: { id: 'resnet', params: { depth: 8, width: 8 } },
    student: { id: 'resnet', params: { depth: 8, width: 8 } },
    students: [
      { id: 'labels-only' },
      { id: 'born-again' },
      { id: 'born-again', params: { form: 'confidence' } },
      { id: 'born-again', params: { form: 'permuted' } },
    ],
  },
});
