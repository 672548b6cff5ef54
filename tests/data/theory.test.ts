import { expect, test } from 'vitest';
import { Rng } from '../../src/core/rng';
import { biasNorm } from '../../src/data/regimes/data-pruning/theory';

test('a teacher that saw all rows leaves less bias than one that saw what the student sees', () => {
  const rng = new Rng(9, 'ridge');
  const draw = () => Array.from({ length: 4 }, () => rng.normal());
  let smaller = 0;
  for (let i = 0; i < 200; i++) {
    const all = Array.from({ length: 30 }, draw);
    const kept = all.slice(0, 3 + (i % 20));
    const truth = draw();
    const [full, own] = [all, kept].map((seen) => biasNorm(kept, seen, truth, 0.7, 1.5));
    smaller += Number(full! <= own! + 1e-12);
  }
  expect(smaller).toBe(200);
});
