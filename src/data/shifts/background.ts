import { defineShift, type Image, integer, mapPixels, reader } from './kit';

/** The middle value of the border pixels in every channel. */
function borderColour(image: Image): number[] {
  const at = reader(image);
  const { height, width, channels } = image;
  return Array.from({ length: channels }, (_, c) => {
    const values: number[] = [];
    for (let x = 0; x < width; x++) values.push(at(0, x, c), at(height - 1, x, c));
    for (let y = 1; y < height - 1; y++) values.push(at(y, 0, c), at(y, width - 1, c));
    return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  });
}

export default defineShift({
  id: 'background',
  name: 'Other background',
  summary: 'Whatever has the colour of the border becomes a striped pattern, another one for every image.',
  params: {
    reach: integer('Counts as background', 48, {
      min: 1,
      max: 255,
      source: 'ours',
      help: 'Largest difference from the colour of the border, of 255.',
    }),
  },
  apply(image, { reach }, rng) {
    const at = reader(image);
    const border = borderColour(image);
    const turn = 2 * Math.PI * rng.uniform();
    const [across, down] = [Math.cos(turn), Math.sin(turn)];
    const period = image.width / (2 + 3 * rng.uniform());
    const stripes = [0, 1].map(() => border.map(() => 255 * rng.uniform()));
    return mapPixels(image, (y, x, c, value) => {
      if (border.some((colour, k) => Math.abs(at(y, x, k) - colour) > reach)) return value;
      const wave = Math.sin((2 * Math.PI * (across * x + down * y)) / period);
      return stripes[wave > 0 ? 1 : 0]![c]!;
    });
  },
});
