import { defineTask } from './kit';

/** One class per image: a row of logits is an image. */
export default defineTask({
  id: 'classification',
  name: 'Image classification',
  summary: 'Name the class of each image.',
  supervised: (ops, logits, targets) => ops.crossEntropy(logits, targets),
  metrics: ['accuracy', 'nll', 'brier', 'ece', 'agreement'],
});
