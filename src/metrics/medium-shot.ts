import { defineMetric } from './kit';
import { thirdAccuracy } from './tools';

/** Of the three groups by training images that work on long tails reports; thirds in place of fixed counts. */
export default defineMetric({
  id: 'medium-shot',
  name: 'Accuracy on middling classes',
  short: 'Medium',
  summary:
    'Accuracy on the third of the classes with neither most nor fewest training images; only where one has twice as many as another.',
  better: 'higher',
  format: 'percent',
  definition: 'mean [argmax z = y] over rows whose class is in the third',
  source: 'Liu et al. 2019, with thirds of the classes in place of 100 and 20 images.',
  compute: (predictions) => thirdAccuracy(predictions, 1),
});
