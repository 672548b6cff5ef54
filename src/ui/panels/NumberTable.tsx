/** Numbers under the names of their rows and columns. */
import type { Panel } from '../../core/panel';
import type { Probe } from '../../worker/protocol';

interface Props {
  readonly card: Panel;
  readonly data: Probe['panels'][number];
}

export function NumberTable({ card, data }: Props) {
  const { rows: names = [], columns: titles = [] } = card;
  const columns = Math.max(1, data.shape.at(-1) ?? 1);
  const rows = Array.from({ length: Math.floor(data.data.length / columns) }, (_, i) => [
    ...data.data.subarray(i * columns, (i + 1) * columns),
  ]);
  const named = (known: readonly string[], i: number) => known[i] ?? String(i + 1);
  return (
    <div className="probe-table table-scroll">
      <table aria-label={card.title}>
        <thead>
          <tr>
            <th aria-label="Name" />
            {rows[0]?.map((_, i) => (
              <th key={named(titles, i)} scope="col">
                {named(titles, i)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((values, i) => (
            <tr key={named(names, i)}>
              <th scope="row">{named(names, i)}</th>
              {values.map((value, j) => (
                <td key={named(titles, j)}>{Number.isFinite(value) ? value.toFixed(1) : '–'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
