import { useState } from 'react';
import { optimizerSchema, type TeacherConfig, type TeacherMode, teacherEpochs } from '../../core/config';
import { count, percent } from '../../core/format';
import { models } from '../../models/index';
import { useRun } from '../../state/run';
import { deleteTeacher, saveTeacher } from '../../state/session';
import { edit, modelChoice, useSetup } from '../../state/setup';
import { ChoiceForm } from '../controls/ChoiceForm';
import { helpOf } from '../controls/help';
import { NumberControl } from '../controls/NumberControl';
import { ParamForm } from '../controls/ParamForm';
import { Button, Icon, IconButton, Segments, SelectField, TextField } from '../kit';

const MODES: readonly { readonly value: TeacherMode; readonly label: string }[] = [
  { value: 'trained', label: 'Train first' },
  { value: 'online', label: 'Alongside' },
  { value: 'saved', label: 'Saved' },
];

const SENTENCES: Readonly<Record<TeacherMode, string>> = {
  trained: 'The teacher is trained first, then stays as it is while the students learn.',
  online: 'Teacher and students learn at the same time.',
  saved: 'A teacher saved from an earlier run is loaded.',
};

const change = (values: Partial<TeacherConfig>) =>
  edit((c) => ({ ...c, teacher: { ...c.teacher, ...values } }));

function SavedTeachers({ saved }: { saved: string | undefined }) {
  const teachers = useRun((run) => run.teachers);
  if (teachers.length === 0)
    return (
      <p className="quiet">No teacher has been saved in this browser yet. Train one, then save it here.</p>
    );
  const chosen = teachers.find((t) => t.key === saved);
  const options = teachers.map((t) => ({ value: t.key, label: `${t.name} (${percent(t.accuracy)})` }));
  return (
    <div className="stack">
      <SelectField
        label="Saved teacher"
        value={chosen ? chosen.key : ''}
        options={chosen ? options : [{ value: '', label: 'Choose one…' }, ...options]}
        onChange={(key) => {
          const teacher = teachers.find((t) => t.key === key);
          if (teacher) change({ saved: key, model: teacher.model });
        }}
      />
      {chosen && (
        <div className="row">
          <span className="quiet number">
            {count(chosen.parameters)} parameters, {chosen.classNames.length} classes,{' '}
            {chosen.image.join('×')}
          </span>
          <IconButton small label={`Delete ${chosen.name}`} onClick={() => void deleteTeacher(chosen.key)}>
            <Icon name="trash" size={14} />
          </IconButton>
        </div>
      )}
    </div>
  );
}

function SaveTeacher() {
  const trained = useRun((run) => run.latest.has('teacher validation') || run.latest.has('teacher test'));
  const notice = useRun((run) => run.notice);
  const [name, setName] = useState('');
  return (
    <div className="stack">
      <div className="row row-end">
        <TextField label="Save this teacher as" value={name} onChange={setName} placeholder="Name" />
        <Button
          icon={<Icon name="save" size={14} />}
          disabled={!trained || name.trim() === ''}
          onClick={() => void saveTeacher(name.trim())}
        >
          Save
        </Button>
      </div>
      {!trained && <p className="quiet">Possible once a teacher has been trained.</p>}
      {notice && <p role="status">{notice}</p>}
    </div>
  );
}

/** The larger network the students learn from. */
export function TeacherSection() {
  const teacher = useSetup((setup) => setup.config.teacher);
  const epochs = teacherEpochs(teacher.epochs);
  return (
    <div className="stack">
      <Segments
        wide
        label="Teacher"
        value={teacher.mode}
        options={MODES}
        onChange={(mode) => change({ mode })}
      />
      <p className="quiet">{SENTENCES[teacher.mode]}</p>
      {teacher.mode === 'saved' ? (
        <SavedTeachers saved={teacher.saved} />
      ) : (
        <>
          <ChoiceForm
            label="Network"
            registry={models}
            choice={teacher.model}
            onChange={(model) => change({ model })}
            start={(id) => modelChoice(id, 'teacher')}
          />
          {teacher.mode === 'trained' && (
            <NumberControl
              param={epochs}
              value={teacher.epochs}
              help={helpOf(epochs)}
              onChange={(value) => change({ epochs: value })}
            />
          )}
          <ParamForm
            schema={optimizerSchema}
            values={teacher.optimizer}
            onChange={(key, value) => change({ optimizer: { ...teacher.optimizer, [key]: value } })}
          />
        </>
      )}
      <SaveTeacher />
    </div>
  );
}
