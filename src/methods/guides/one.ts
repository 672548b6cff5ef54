import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, distillation, scale, softmax } from './toys/maths';
import { answers, studentAt, TARGET, temperature } from './toys/scenes';

export default defineGuide({
  id: 'one',
  when: 'When there is no teacher and training may cost more than use: the branches are thrown away at the end.',
  avoid: 'When a strong teacher is at hand.',
  setup: {
    question: 'Do branches that teach each other make a better single network?',
    reduced:
      'Paper: CIFAR and ImageNet with three branches of a ResNet-32 or -110, 300 epochs. Here: three branches of a ResNet-8 on generated shapes of 16 pixels, 20 epochs; a branch is one convolution.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'one' }, { id: 'one', params: { ensemble: true } }],
  },
  figure: figure({
    title: 'A gate mixes the branches',
    controls: {
      gate: number('How much the gate prefers the second branch', 1, { min: 0, max: 4, step: 0.25 }),
      temperature: temperature(3),
    },
    show({ gate, temperature: t }) {
      const branches = [studentAt(0.2), studentAt(0.8)] as const;
      const shares = softmax([0, gate]);
      const [a, b] = branches.map((z, i) => scale(z, shares[i]!)) as [number[], number[]];
      const ensemble = a.map((v, k) => v + b[k]!);
      return {
        picture: answers(
          { 'First branch': branches[0], 'Second branch': branches[1], Ensemble: ensemble },
          t,
        ),
        numbers: {
          'Share of the second branch': shares[1]!,
          'Ensemble: labels': crossEntropy(ensemble, TARGET),
          'Branches: ensemble':
            distillation(branches[0], ensemble, t) + distillation(branches[1], ensemble, t),
        },
        sentence:
          'Both branches are pulled to the gated sum of their logits. A gate is never below zero before its softmax, so no branch is shut out quickly.',
      };
    },
  }),
});
