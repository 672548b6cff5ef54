import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LegendEntry } from '../charts/figure';
import { Icon, IconButton } from '../kit';
import { FigureMenu } from './FigureMenu';

interface Props {
  readonly title: string;
  /** Axes in a few words. */
  readonly note?: string;
  readonly controls?: ReactNode;
  readonly children: ReactNode;
  /** Rows of the table view, head first; without it there is no toggle. */
  readonly table?: () => readonly (readonly string[])[];
  /** Whose lines the chart holds; with it and the table, the chart can be saved. */
  readonly legend?: readonly LegendEntry[];
  readonly className?: string;
}

/** A titled box with an optional table view of the same numbers. */
export function Panel({ title, note, controls, children, table, legend, className = '' }: Props) {
  const [asTable, setAsTable] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  return (
    <section className={`panel ${className}`} aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        <span className="panel-note">{note}</span>
        <div className="panel-controls">
          {controls}
          {legend && table && !asTable && (
            <FigureMenu title={title} legend={legend} body={body} table={table} />
          )}
          {table && (
            <IconButton
              small
              label={asTable ? 'Show as chart' : 'Show as table'}
              pressed={asTable}
              onClick={() => setAsTable(!asTable)}
            >
              <Icon name={asTable ? 'chart' : 'table'} size={14} />
            </IconButton>
          )}
        </div>
      </header>
      <div className="panel-body" ref={body}>
        {asTable && table ? <NumberTable read={table} label={title} /> : children}
      </div>
    </section>
  );
}

/** Read again with every drawing, and every two seconds while numbers stream. */
function NumberTable({ read, label }: { read: NonNullable<Props['table']>; label: string }) {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((turn) => turn + 1), 2000);
    return () => clearInterval(timer);
  }, []);
  const [head, ...body] = read();
  return (
    <section
      className="number-table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable from the keyboard
      tabIndex={0}
      aria-label={`${label}, table`}
    >
      <table>
        <thead>
          <tr>
            {head?.map((cell) => (
              <th key={cell} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, i) => (
                <td key={head?.[i] ?? i} className="number">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {body.length === 0 && <p className="quiet">No numbers yet.</p>}
    </section>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>;
}
