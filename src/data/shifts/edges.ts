import { defineShift, mapPixels, reader } from './kit';

export default defineShift({
  id: 'edges',
  name: 'Edges',
  summary: 'Only outlines are left: the Sobel gradient of every channel, as a pencil sketch.',
  params: {},
  apply(image) {
    const at = reader(image);
    return mapPixels(image, (y, x, c) => {
      const side = (dx: number) => at(y - 1, x + dx, c) + 2 * at(y, x + dx, c) + at(y + 1, x + dx, c);
      const level = (dy: number) => at(y + dy, x - 1, c) + 2 * at(y + dy, x, c) + at(y + dy, x + 1, c);
      return 255 - Math.hypot(side(1) - side(-1), level(1) - level(-1)) / 4;
    });
  },
});
