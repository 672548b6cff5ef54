import { useState } from 'react';
import { optimizerSchema, type TeacherConfig, type TeacherMode, teacherEpochs } from '../../core/config';
import { models } from '../../models/index';
import { useDataset } from '../../state/dataset';
import { askLibrary, useLibrary } from '../../state/library';
import { useRun } from '../../state/run';
import { client } from '../../state/session';
import { edit, modelChoice, useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import type { NetworkCard } from '../../worker/protocol';
import { ChoiceForm } from '../controls/ChoiceForm';
import { helpOf } from '../controls/help';
import { NumberControl } from '../controls/NumberControl';
import { ParamForm } from '../controls/ParamForm';
import { Button, Icon, Segments, SelectField, TextField } from '../kit';
import { factsText, mismatch, shortText, teachWith } from '../library/words';

const MODES: readonly { readonly value: TeacherMode; readonly label: string }[] = [
  { value: 'trained', label: 'Train first' },
  { value: 'online', label: 'Alongside' },
  { value: 'saved', label: 'Kept' },
];

const SENTENCES: Readonly<Record<TeacherMode, string>> = {
  trained: 'The teacher is trained first, then stays as it is while the students learn.',
  online: 'Teacher and students learn at the same time.',
  saved: 'A network kept from an earlier run, or from a file, teaches as it is.',
};

const change = (values: Partial<TeacherConfig>) =>
  edit((c) => ({ ...c, teacher: { ...c.teacher, ...values } }));

const openLibrary = () => useView.setState({ library: true });

/** What is odd about a kept teacher beside the images of the set-up; undefined when nothing is. */
function Mismatch({ teacher }: { teacher: NetworkCard }) {
  const data = useDataset((dataset) => dataset.current);
  const text = data && mismatch(teacher, data);
  return text ? <p className="note">{text}</p> : null;
}

function SavedTeachers({ saved }: { saved: string | undefined }) {
  const networks = useLibrary((library) => library.networks) ?? [];
  const chosen = networks.find((network) => network.key === saved);
  const options = networks.map((network) => ({ value: network.key, label: shortText(network) }));
  return (
    <div className="stack">
      {networks.length === 0 ? (
        <p className="quiet">
          No network has been kept in this browser yet. Train one, or open a file of one.
        </p>
      ) : (
        <SelectField
          label="Kept network"
          value={chosen ? chosen.key : ''}
          options={chosen ? options : [{ value: '', label: 'Choose one…' }, ...options]}
          onChange={(key) => {
            const network = networks.find((one) => one.key === key);
            if (network) teachWith(network);
          }}
        />
      )}
      {chosen && <p className="quiet number">{factsText(chosen)}</p>}
      {chosen && <Mismatch teacher={chosen} />}
      <Button onClick={openLibrary}>Kept networks…</Button>
    </div>
  );
}

function KeepTeacher() {
  const trained = useRun((run) => run.latest.has('teacher validation') || run.latest.has('teacher test'));
  const notice = useLibrary((library) => library.notice);
  const [name, setName] = useState('');
  const keep = () =>
    void askLibrary(
      client,
      { type: 'keep-network', learner: 'teacher', name: name.trim(), label: 'Teacher' },
      `Kept as “${name.trim()}”.`,
    );
  return (
    <div className="stack">
      <div className="row row-end">
        <TextField label="Keep this teacher as" value={name} onChange={setName} placeholder="Name" />
        <Button
          icon={<Icon name="save" size={14} />}
          disabled={!trained || name.trim() === ''}
          onClick={keep}
        >
          Keep
        </Button>
      </div>
      {!trained && <p className="quiet">Possible once a teacher has been trained.</p>}
      {notice && <p role="status">{notice.text}</p>}
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
      {teacher.mode !== 'saved' && <KeepTeacher />}
    </div>
  );
}
