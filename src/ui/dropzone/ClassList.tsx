import { type KeyboardEvent, useEffect, useState } from 'react';
import { isUnedited, MAX_CLASS_NAME } from '../../core/class-edits';
import { count } from '../../core/format';
import type { DatasetSummary } from '../../data/dataset';
import type { ImportPreview } from '../../state/dataset';
import { chooseTarget, nameClass, resetClasses, undoClasses } from '../../state/edit-classes';
import { Button, Icon, IconButton, SelectField } from '../kit';
import { ClassGroups } from './ClassGroups';

/** Rows on screen; the report lists all classes. */
const SHOWN = 200;

interface RowProps {
  readonly number: number;
  /** As the files give it. */
  readonly own: string;
  /** As edited; '' is left out. */
  readonly name: string;
  readonly images: number;
  readonly share: number;
  readonly disabled: boolean;
}

function ClassRow({ number, own, name, images, share, disabled }: RowProps) {
  const [draft, setDraft] = useState(name);
  useEffect(() => setDraft(name), [name]);
  const commit = () => {
    if (draft.trim() === '') setDraft(name);
    else if (draft.trim() !== name) void nameClass(number, draft);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit();
    if (event.key !== 'Escape' || draft === name) return;
    event.stopPropagation();
    setDraft(name);
  };
  const dropped = name === '';
  return (
    <li className={dropped ? 'class-row class-dropped' : 'class-row'}>
      {dropped ? (
        <span className="class-name" title={own}>
          {own}
        </span>
      ) : (
        <input
          className="class-name"
          aria-label={`Name of class ${own}`}
          title={own === name ? own : `${own} in the files`}
          value={draft}
          maxLength={MAX_CLASS_NAME}
          spellCheck={false}
          disabled={disabled}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={commit}
          onKeyDown={onKeyDown}
        />
      )}
      <span className="class-bar">
        <span style={{ width: `${100 * share}%` }} />
      </span>
      <span className="number">{dropped ? 'left out' : count(images)}</span>
      <IconButton
        small
        label={dropped ? `Take class ${own} in again` : `Leave out class ${own}`}
        disabled={disabled}
        onClick={() => void nameClass(number, dropped ? own : '')}
      >
        <Icon name={dropped ? 'reset' : 'close'} size={14} />
      </IconButton>
    </li>
  );
}

/** The column that is the class, when the files give several. */
function Target({ summary, disabled }: { summary: DatasetSummary; disabled: boolean }) {
  const { labelName, columns, classNames } = summary.source;
  if (columns.length === 0) return null;
  const option = (name: string, classes: number) => ({ value: name, label: `${name} (${classes} classes)` });
  return (
    <SelectField
      label="The class is given by"
      value={labelName}
      disabled={disabled}
      options={[
        option(labelName, classNames.length),
        ...columns.map(({ name, classes }) => option(name, classes)),
      ]}
      onChange={(name) => void chooseTarget(name)}
    />
  );
}

/** The classes, their sizes, and what can be done to them before the images are used. */
export function ClassList({ preview }: { preview: ImportPreview }) {
  const { summary, past, busy, refused } = preview;
  const { classNames, perClass } = summary.source;
  const names = new Map(summary.edits?.classes ?? []);
  const most = Math.max(1, ...perClass);
  const shown = classNames.slice(0, SHOWN);
  const [grouping, setGrouping] = useState(false);
  return (
    <div className="class-editor" aria-busy={busy}>
      <Target summary={summary} disabled={busy} />
      {grouping && <ClassGroups summary={summary} disabled={busy} />}
      <ul hidden={grouping} className="classes" aria-label="Images per class">
        {shown.map((own, i) => (
          <ClassRow
            key={`${summary.source.labelName}/${own}`}
            number={i}
            own={own}
            name={names.get(i) ?? own}
            images={perClass[i] ?? 0}
            share={(perClass[i] ?? 0) / most}
            disabled={busy}
          />
        ))}
        {classNames.length > shown.length && (
          <li className="quiet">and {classNames.length - shown.length} more</li>
        )}
      </ul>
      {refused && (
        <p className="field-error" role="alert">
          {refused}
        </p>
      )}
      <div className="class-actions">
        <span className="quiet">
          {grouping ? 'A class is called “group/class”.' : 'Equal names are merged.'}
        </span>
        <Button size="small" onClick={() => setGrouping(!grouping)}>
          {grouping ? 'Classes' : 'Groups'}
        </Button>
        {past.length > 0 && (
          <Button size="small" disabled={busy} onClick={() => void undoClasses()}>
            Undo
          </Button>
        )}
        {!isUnedited(summary.edits) && (
          <Button size="small" disabled={busy} onClick={() => void resetClasses()}>
            As in the files
          </Button>
        )}
      </div>
    </div>
  );
}
