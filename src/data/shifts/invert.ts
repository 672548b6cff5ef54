import { defineShift, mapPixels } from './kit';

export default defineShift({
  id: 'invert',
  name: 'Inverted',
  summary: 'Light becomes dark and dark becomes light.',
  params: {},
  apply: (image) => mapPixels(image, (_y, _x, _c, value) => 255 - value),
});
