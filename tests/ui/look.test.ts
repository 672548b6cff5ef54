import { describe, expect, it } from 'vitest';
import { cameraTrouble } from '../../src/ui/kit/useCamera';
import { nearestPoint, placePoints } from '../../src/ui/look/scatter';

describe('a map of images', () => {
  const placed = placePoints([0, 0, 10, 0, 0, 5], 100, 10);
  it('fits the square with one scale for both axes', () => {
    expect(placed).toEqual([
      { x: 10, y: 70 },
      { x: 90, y: 70 },
      { x: 10, y: 30 },
    ]);
    expect(placePoints([3, 3, 3, 3], 100)).toEqual([
      { x: 50, y: 50 },
      { x: 50, y: 50 },
    ]);
  });
  it('finds the image that is meant, and none far away', () => {
    expect(nearestPoint(placed, { x: 88, y: 72 })).toBe(1);
    expect(nearestPoint(placed, { x: 50, y: 50 })).toBeUndefined();
  });
});

describe('a camera that is refused', () => {
  it('is answered with what helps', () => {
    const named = (name: string) => cameraTrouble(new DOMException('x', name));
    expect(named('NotAllowedError')).toContain('Allow it for this page');
    expect(named('NotFoundError')).toContain('Connect one');
    expect(named('NotReadableError')).toContain('another program');
    expect(cameraTrouble(new Error('odd'))).toContain('https');
  });
});
