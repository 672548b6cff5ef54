import { useState } from 'react';
import { coverOf } from '../../share/parity/cover';
import { parityFiles } from '../../share/parity/files';
import { fileName } from '../../state/exports';
import { experimentName, studentLabels } from '../../state/naming';
import { zipFiles } from '../../state/network-file';
import { useRun } from '../../state/run';
import { client } from '../../state/session';
import { useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { cardOf } from '../hooks';
import { Button, Modal } from '../kit';
import { save } from '../save';
import { Code } from './Code';

const COMMANDS = `unzip NAME.zip -d parity && cd parity
pip install torch numpy
python train.py --student KEY --seed 1
`;

/** The set-up behind the numbers on screen. */
const shown = () => useRun.getState().running ?? useSetup.getState().config;

/** Asks for the images and saves everything as an archive. Throws a sentence. */
async function savePython(): Promise<void> {
  const config = shown();
  const reply = await client.request({ type: 'setup-images', config }).reply;
  if (reply.type !== 'setup-images')
    throw new Error(reply.type === 'error' ? reply.message : 'No images came back.');
  const labels = studentLabels(config.students, cardOf);
  const files = parityFiles(config, reply.images, (key) => labels.get(key) ?? key);
  const name = fileName(experimentName(config, cardOf), 'pytorch.zip');
  save(name, new Blob([zipFiles(files)], { type: 'application/zip' }));
}

/** Who of the set-up has a Python file, and the button that saves it. */
export function Python() {
  const open = useView((view) => view.python);
  const config = useRun((run) => run.running);
  const edited = useSetup((setup) => setup.config);
  const [problem, setProblem] = useState('');
  const { students, teacher } = config ?? edited;
  const labels = studentLabels(students, cardOf);
  const rows = students.map((student) => ({
    key: student.key,
    label: labels.get(student.key),
    ...coverOf(student, { teacher }),
  }));
  const onSave = () =>
    savePython().then(
      () => setProblem(''),
      (error: Error) => setProblem(error.message),
    );
  return (
    <Modal
      open={open}
      onClose={() => useView.setState({ python: false })}
      title="This set-up in PyTorch"
      size={680}
    >
      <div className="stack">
        <p>
          An archive with the images and splits of this set-up, its networks, losses, optimisers and schedules
          as PyTorch code, and a torchdistill configuration for each student with a frozen teacher and losses
          alone. The losses are tested against reference values and the networks against this page’s logits;
          random numbers differ, so results agree as two seeds do.
        </p>
        <ul className="plain-list">
          {rows.map(({ key, label, state, note }) => (
            <li key={key}>
              <strong>{label}</strong> <code>{key}</code>: {state === 'whole' ? 'included. ' : ''}
              {note}
            </li>
          ))}
        </ul>
        <Code title="In a terminal">{COMMANDS}</Code>
        {problem && (
          <p className="note" role="alert">
            {problem}
          </p>
        )}
        <div className="row">
          <Button
            tone="main"
            disabled={rows.every(({ state }) => state === 'none')}
            onClick={() => void onSave()}
          >
            Save the archive
          </Button>
        </div>
      </div>
    </Modal>
  );
}
