import { defineGuide } from './kit';

export default defineGuide({
  id: 'labels-only',
  when: 'Always, next to every other method: without it nobody can tell whether the teacher helped.',
  avoid: 'When no true labels are at hand.',
  setup: {
    question: 'What does a small network reach by itself, with and without turned and shifted images?',
    reduced:
      'There is no paper to come near to: this is the usual training of the page’s small convolutional network on generated digits.',
    scale: 'ready',
    students: [{ id: 'labels-only' }, { id: 'label-smoothing' }],
  },
});
