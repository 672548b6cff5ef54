import { type DragEvent, type KeyboardEvent, useEffect, useState } from 'react';
import { freshGroup, groupOfName, groupsOfNames, MAX_CLASS_NAME, nameInGroup } from '../../core/class-edits';
import type { DatasetSummary } from '../../data/dataset';
import { editedNames, groupClass, renameGroup } from '../../state/edit-classes';

/** What a dragged class is told by, so that files and texts from elsewhere are no classes. */
const CLASS = 'application/x-class-number';

/** In a list of groups: a group that is not there yet. */
const NEW = '/new';

interface Member {
  readonly number: number;
  readonly name: string;
}

interface ChipProps {
  readonly member: Member;
  readonly group: string;
  readonly groups: readonly string[];
  /** The name of a further group. */
  readonly fresh: string;
  readonly disabled: boolean;
}

/** A class to drag into a group; its list does the same from the keyboard. */
function Chip({ member, group, groups, fresh, disabled }: ChipProps) {
  const { number, name } = member;
  const put = (to: string) => void groupClass(number, to === NEW ? fresh : to);
  return (
    <li
      className="group-class"
      draggable={!disabled}
      onDragStart={(event) => {
        event.dataTransfer.setData(CLASS, String(number));
        event.dataTransfer.effectAllowed = 'move';
      }}
    >
      <span className="class-name" title={name}>
        {nameInGroup(name)}
      </span>
      <select
        aria-label={`Group of class ${nameInGroup(name)}`}
        value={group}
        disabled={disabled}
        onChange={(event) => put(event.currentTarget.value)}
      >
        <option value="">in no group</option>
        {groups.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
        <option value={NEW}>a new group</option>
      </select>
    </li>
  );
}

function GroupName({ group, disabled }: { group: string; disabled: boolean }) {
  const [draft, setDraft] = useState(group);
  useEffect(() => setDraft(group), [group]);
  const commit = () => {
    if (draft.trim() === '') setDraft(group);
    else if (draft.trim() !== group) void renameGroup(group, draft);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit();
    if (event.key !== 'Escape' || draft === group) return;
    event.stopPropagation();
    setDraft(group);
  };
  return (
    <input
      className="class-name"
      aria-label={`Name of group ${group}`}
      value={draft}
      maxLength={MAX_CLASS_NAME / 2}
      spellCheck={false}
      disabled={disabled}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}

interface BoxProps {
  /** '': no group. */
  readonly group: string;
  readonly members: readonly Member[];
  readonly groups: readonly string[];
  readonly fresh: string;
  readonly disabled: boolean;
}

const carriesClass = (event: DragEvent): boolean => event.dataTransfer.types.includes(CLASS);

/** A group with its classes; a class that is dropped on it joins them. */
function Box({ group, members, groups, fresh, disabled }: BoxProps) {
  const [over, setOver] = useState(false);
  const isNew = group === fresh;
  const title = isNew ? 'A new group' : 'In no group';
  return (
    <section
      className={over ? 'group-box group-over' : 'group-box'}
      aria-label={group && !isNew ? `Group ${group}` : title}
      onDragOver={(event) => {
        if (!carriesClass(event) || disabled) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!carriesClass(event) || disabled) return;
        event.preventDefault();
        event.stopPropagation();
        void groupClass(Number(event.dataTransfer.getData(CLASS)), group);
      }}
    >
      {group && !isNew ? (
        <GroupName group={group} disabled={disabled} />
      ) : (
        <span className="quiet">{title}</span>
      )}
      {members.length > 0 && (
        <ul className="group-classes">
          {members.map((member) => (
            <Chip
              key={member.number}
              member={member}
              group={group}
              groups={groups}
              fresh={fresh}
              disabled={disabled}
            />
          ))}
        </ul>
      )}
      {isNew && <span className="quiet">Drop a class here.</span>}
    </section>
  );
}

/** Classes in groups, by dragging or by lists. Groups are part of the names, so that undoing and links hold them. */
export function ClassGroups({ summary, disabled }: { summary: DatasetSummary; disabled: boolean }) {
  const names = editedNames(summary);
  const groups = groupsOfNames(names);
  const fresh = freshGroup(names);
  const members = names.flatMap((name, number) => (name === '' ? [] : [{ number, name }]));
  return (
    <div className="group-boxes">
      {['', ...groups, fresh].map((group) => (
        <Box
          key={group}
          group={group}
          members={members.filter(({ name }) => groupOfName(name) === group)}
          groups={groups}
          fresh={fresh}
          disabled={disabled}
        />
      ))}
    </div>
  );
}
