import { defineShift, resizeImage } from './kit';

export default defineShift({
  id: 'quarter-size',
  name: 'Quarter size',
  summary: 'As if taken from far away: made four times smaller on a side, then large again.',
  params: {},
  apply({ pixels, height, width, channels }) {
    const [h, w] = [Math.max(1, Math.round(height / 4)), Math.max(1, Math.round(width / 4))];
    return resizeImage(resizeImage(pixels, width, height, channels, w, h), w, h, channels, width, height);
  },
});
