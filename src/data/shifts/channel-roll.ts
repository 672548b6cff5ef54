import { choice, defineShift, mapPixels, reader } from './kit';

export default defineShift({
  id: 'channel-roll',
  name: 'Colours exchanged',
  summary: 'Red, green and blue change places, which turns every hue.',
  needsColour: true,
  params: {
    by: choice('Red becomes', 'green', { green: 'Green', blue: 'Blue' }, { source: 'ours' }),
  },
  apply(image, { by }) {
    const at = reader(image);
    const back = by === 'green' ? 2 : 1;
    return mapPixels(image, (y, x, c) => at(y, x, (c + back) % image.channels));
  },
});
