/** Accuracy by a method's parameter and a regime's, the better the darker. */
import { percent } from '../../core/format';
import { type BySeed, spread } from '../../core/statistics';
import { bestColumns, type Grid } from '../../share/results';

const meanOf = (cell: BySeed): number | undefined => spread(Object.values(cell))?.mean;

/** Share of the strongest colour for each cell, 0 to 1 between the lowest and the highest accuracy. */
export function shades({ cells }: Grid): (number | undefined)[][] {
  const all = cells.flat().flatMap((cell) => meanOf(cell) ?? []);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return cells.map((row) =>
    row.map((cell) => {
      const mean = meanOf(cell);
      return mean === undefined ? undefined : (mean - low) / (high - low || 1);
    }),
  );
}

function textOf(cell: BySeed): string {
  const found = spread(Object.values(cell));
  if (!found) return '';
  return `${percent(found.mean)}${found.sd === undefined ? '' : ` ± ${(100 * found.sd).toFixed(1)}`}`;
}

export function GridTable({ grid }: { grid: Grid }) {
  const { dataset, regime, columns, rows, cells, backend } = grid;
  const best = bestColumns(grid);
  const dark = shades(grid);
  return (
    <div className="measured">
      <table>
        <caption>
          <strong>{dataset}</strong>{' '}
          <span className="quiet">
            accuracy by {columns.key} and {rows.key} ({regime}), on {backend}; the best of each row is marked
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">
              {rows.key}, {columns.key}
            </th>
            {columns.values.map((value) => (
              <th key={value} scope="col">
                {value}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cells.map((row, r) => (
            <tr key={rows.values[r]}>
              <th scope="row">{rows.values[r]}</th>
              {row.map((cell, c) => {
                const tint = Math.round(40 * (dark[r]?.[c] ?? 0));
                return (
                  <td
                    key={columns.values[c]}
                    style={{ background: `color-mix(in srgb, var(--accent) ${tint}%, transparent)` }}
                  >
                    {c === best[r] ? <strong>{textOf(cell)}</strong> : textOf(cell)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
