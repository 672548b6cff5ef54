import { lazy, Suspense, useState } from 'react';
import type { AnyValues, Schema, TableParam } from '../../core/params';
import { parseTable } from '../../core/table';
import { useDataset } from '../../state/dataset';
import { Button, Icon } from '../kit';
import { misfits } from './table';

const Editor = lazy(() => import('./TableEditor').then((part) => ({ default: part.TableEditor })));

const NO_NAMES: readonly string[] = [];

/** Names of the data's classes, which are the only rows there are. */
export const useRowNames = (): readonly string[] =>
  useDataset((data) => data.current?.classNames) ?? NO_NAMES;

function Misfits({ param, value }: { param: TableParam; value: string }) {
  const names = useRowNames();
  const table = value === '' ? undefined : parseTable(value, param).table;
  if (!table) return null;
  return misfits(table, names, param).map((text) => (
    <p key={text} className="note note-warn">
      <Icon name="warn" size={14} /> {text}
    </p>
  ));
}

/** Where the tables of a student do not fit the data, and what is used instead. */
export function TableNotices({ schema, values }: { schema: Schema; values: AnyValues }) {
  return Object.entries(schema).map(([key, param]) =>
    param.kind === 'table' ? <Misfits key={key} param={param} value={String(values[key] ?? '')} /> : null,
  );
}

interface Props {
  readonly param: TableParam;
  readonly value: string;
  readonly help: string;
  readonly onChange: (value: string) => void;
}

/** What the table holds, and the way to its editor. */
export function TableControl({ param, value, help, onChange }: Props) {
  const names = useRowNames();
  const [open, setOpen] = useState(false);
  const [opened, setOpened] = useState(false);
  const table = value === '' ? undefined : parseTable(value, param).table;
  const size = table ? `${table.columns.length} × ${table.rows.length}` : 'none';
  return (
    <div className="field-table" title={help}>
      <span className="field-label">
        {param.label}: {size}
      </span>
      <Button
        size="small"
        onClick={() => {
          setOpen(true);
          setOpened(true);
        }}
      >
        Edit {param.label.toLowerCase()}…
      </Button>
      <Suspense fallback={null}>
        {opened && (
          <Editor
            // Other data has other rows.
            key={names.join('\n')}
            open={open}
            onClose={() => setOpen(false)}
            param={param}
            value={value}
            onChange={onChange}
          />
        )}
      </Suspense>
    </div>
  );
}
