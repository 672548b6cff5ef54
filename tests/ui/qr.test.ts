import decode from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { MOST_BYTES, qrPath } from '../../src/ui/exports/QrCode';

/** Pixels of a module when the code is drawn. */
const SCALE = 4;

/** The path drawn black on white, as a camera sees it. */
function drawn({ size, d }: { size: number; d: string }) {
  const side = size * SCALE;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, width] of d.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g))
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row++) {
      const from = row * side + Number(x) * SCALE;
      for (let at = from; at < from + Number(width) * SCALE; at++) data.fill(0, 4 * at, 4 * at + 3);
    }
  return { width: side, height: side, data };
}

describe('the QR code of a link', () => {
  it.each([30, 400, 1500])('of %i characters is read back by another program', (length) => {
    const link = `https://example.org/#c=1.${'aB3-_xYz9Q'.repeat(200)}`.slice(0, length);
    expect(decode(drawn(qrPath(link)!))).toBe(link);
  });

  it('has four white modules around', () => {
    const { size, d } = qrPath('https://example.org/')!;
    const bars = [...d.matchAll(/M(\d+) (\d+)h(\d+)/g)].map((bar) => bar.slice(1).map(Number));
    const edges = bars.flatMap(([x, y, width]) => [x!, y!, size - x! - width!, size - 1 - y!]);
    expect(Math.min(...edges)).toBe(4);
  });

  it('is left out where no code can hold the link', () => {
    expect(qrPath('x'.repeat(MOST_BYTES))?.size).toBe(177 + 8);
    expect(qrPath('x'.repeat(MOST_BYTES + 1))).toBeUndefined();
  });
});
