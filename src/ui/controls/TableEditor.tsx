import { useRef, useState } from 'react';
import type { TableParam } from '../../core/params';
import { MAX_COLUMNS, parseTable, readTable, type TableReading, writeTable } from '../../core/table';
import { Button, Icon, IconButton, Modal } from '../kit';
import { save } from '../save';
import { useMedia } from '../useMedia';
import { TableNotices, useRowNames } from './TableControl';
import { type Draft, draftOf, promptFor, rawOf, withCell, withColumn, withoutColumn } from './table';

interface GridProps {
  readonly draft: Draft;
  readonly onEdit: (draft: Draft) => void;
}

/** The text of a question, and the button that removes it. */
function Question({ draft, onEdit, at }: GridProps & { at: number }) {
  const { columns } = draft;
  return (
    <th scope="col">
      <textarea
        aria-label={`Question ${at + 1}`}
        value={columns[at]}
        rows={3}
        maxLength={120}
        onChange={(event) => onEdit({ ...draft, columns: columns.with(at, event.currentTarget.value) })}
      />
      <IconButton small label={`Remove question ${at + 1}`} onClick={() => onEdit(withoutColumn(draft, at))}>
        <Icon name="trash" size={14} />
      </IconButton>
    </th>
  );
}

/** Questions over the columns, one row for each class; an empty cell is no answer. */
function Grid({ draft, onEdit }: GridProps) {
  const { columns, rows } = draft;
  return (
    <div className="answer-scroll">
      <table className="answers">
        <thead>
          <tr>
            <td />
            {columns.map((_, c) => (
              <Question key={c} {...{ draft, onEdit }} at={c} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={row.name} className={row.known ? '' : 'answers-unknown'}>
              <th scope="row">
                {row.name}
                {!row.known && (
                  <IconButton
                    small
                    label={`Remove ${row.name}`}
                    onClick={() => onEdit({ ...draft, rows: rows.toSpliced(r, 1) })}
                  >
                    <Icon name="trash" size={14} />
                  </IconButton>
                )}
              </th>
              {row.cells.map((cell, c) => (
                <td key={c}>
                  <input
                    aria-label={`${row.name}: ${columns[c]}`}
                    inputMode="decimal"
                    value={cell}
                    maxLength={8}
                    onChange={(event) => onEdit(withCell(draft, r, c, event.currentTarget.value))}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Problems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <div className="field-error" role="alert">
      <p>Not used as it is:</p>
      <ul className="terms">
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </div>
  );
}

interface TextProps {
  readonly onText: (text: string) => void;
  readonly text: string;
}

/** The same table as JSON, to paste what an assistant wrote. */
function AsText({ onText, text }: TextProps) {
  const [draft, setDraft] = useState(text);
  return (
    <details onToggle={() => setDraft(text)}>
      <summary>As text</summary>
      <textarea
        className="answers-text"
        aria-label="The table as JSON"
        rows={8}
        spellCheck={false}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
      />
      <Button onClick={() => onText(draft)}>Read this text</Button>
    </details>
  );
}

interface EditorProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly param: TableParam;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The draft, what is wrong with it, and the ways to change it. A draft without a fault is taken over at once. */
function useDraft({ param, value, onChange }: EditorProps) {
  const names = useRowNames();
  const stored = value === '' ? undefined : parseTable(value, param).table;
  const [draft, setDraft] = useState(() => draftOf(stored, names));
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [written, setWritten] = useState(value);
  if (value !== written) {
    // Changed from elsewhere: another set-up was opened.
    setWritten(value);
    setDraft(draftOf(stored, names));
    setProblems([]);
  }
  const write = (text: string): void => {
    setWritten(text);
    onChange(text);
  };
  const take = ({ table, problems: wrong }: TableReading): void => {
    setProblems(wrong ?? []);
    if (table) write(writeTable(table, param));
  };
  const edit = (next: Draft): void => {
    setDraft(next);
    const answered = next.rows.some((row) => row.cells.some((cell) => cell.trim() !== ''));
    if (answered) take(readTable(rawOf(next, param), param));
    else {
      setProblems([]);
      write('');
    }
  };
  const read = (text: string): void => {
    const reading = parseTable(text, param);
    if (reading.table) setDraft(draftOf(reading.table, names));
    take(reading);
  };
  return { draft, problems, edit, read, names };
}

function Actions({
  props,
  read,
  names,
}: {
  props: EditorProps;
  read: (text: string) => void;
  names: readonly string[];
}) {
  const { param, value } = props;
  const file = useRef<HTMLInputElement>(null);
  const [note, setNote] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(promptFor(names, param)).then(
      () => setNote('Copied. Paste the reply below, under “As text”.'),
      () => setNote('The browser did not allow copying.'),
    );
  return (
    <div className="row answers-actions">
      <Button icon={<Icon name="file" size={14} />} onClick={() => file.current?.click()}>
        Import JSON…
      </Button>
      <Button
        icon={<Icon name="save" size={14} />}
        disabled={value === ''}
        onClick={() =>
          save('answers.json', `${JSON.stringify(JSON.parse(value), null, 1)}\n`, 'application/json')
        }
      >
        Export JSON
      </Button>
      <Button tone="quiet" onClick={() => void copy()}>
        Copy a prompt
      </Button>
      <span className="quiet" role="status">
        {note}
      </span>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="A table of answers as JSON"
        data-testid="pick-table"
        onChange={(event) => {
          const input = event.currentTarget;
          void input.files?.[0]?.text().then(read);
          input.value = '';
        }}
      />
    </div>
  );
}

/** Edits a table of answers: by cell, as a file, or as text. */
export function TableEditor(props: EditorProps) {
  const { open, onClose, param, value } = props;
  const { draft, problems, edit, read, names } = useDraft(props);
  const narrow = useMedia('(max-width: 699.98px)');
  return (
    <Modal open={open} onClose={onClose} title={param.label} size={980} fullScreen={narrow}>
      <div className="stack answers-editor">
        <p>
          One yes/no question per column, one of the data’s {param.rows} per row. 1 is yes, 0 is no, anything
          between is doubt; an empty cell asks nothing. The table is stored in the set-up and its link.
        </p>
        <Actions props={props} read={read} names={names} />
        <Problems problems={problems} />
        <TableNotices schema={{ table: param }} values={{ table: value }} />
        {draft.columns.length > 0 && <Grid draft={draft} onEdit={edit} />}
        <div className="row">
          <Button
            icon={<Icon name="plus" size={14} />}
            disabled={draft.columns.length >= MAX_COLUMNS}
            onClick={() => edit(withColumn(draft))}
          >
            Add a question
          </Button>
          <Button
            tone="quiet"
            disabled={draft.columns.length === 0}
            onClick={() => edit(draftOf(undefined, names))}
          >
            Clear the table
          </Button>
        </div>
        <AsText text={value} onText={read} />
      </div>
    </Modal>
  );
}
