import { useState } from 'react';
import { FORMATS, type NetworkFormat, snippet } from '../../share/snippets';
import { fileName } from '../../state/exports';
import { experimentName, studentLabels } from '../../state/naming';
import { aboutRun, networkArchive, networkName } from '../../state/network-file';
import { useRun } from '../../state/run';
import { client } from '../../state/session';
import { useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { cardOf } from '../hooks';
import { Button, Modal, Segments } from '../kit';
import { save } from '../save';
import { Code } from './Code';

const OPTIONS = Object.entries(FORMATS).map(([value, { label }]) => ({
  value: value as NetworkFormat,
  label,
}));

/** Asks for the networks and saves them as an archive. Throws a sentence. */
async function saveNetworks(format: NetworkFormat): Promise<void> {
  const reply = await client.request({ type: 'networks' }).reply;
  if (reply.type !== 'networks')
    throw new Error(reply.type === 'error' ? reply.message : 'No networks came back.');
  const { running, latest } = useRun.getState();
  const config = running ?? useSetup.getState().config;
  const labels = studentLabels(config.students, cardOf);
  const archive = networkArchive(
    reply.items,
    format,
    ({ learner }) => networkName(learner, labels.get(learner.split('/')[0] ?? '') ?? 'teacher'),
    ({ learner }) => aboutRun(config, latest, learner),
  );
  const name = fileName(experimentName(config, cardOf), `${format}.zip`);
  save(name, new Blob([archive], { type: 'application/zip' }));
}

/** Which format, how to use it, and the button that saves it. */
export function Networks() {
  const open = useView((view) => view.networks);
  const [format, setFormat] = useState<NetworkFormat>('onnx');
  const [problem, setProblem] = useState('');
  const close = () => useView.setState({ networks: false });
  const onSave = () =>
    saveNetworks(format).then(
      () => setProblem(''),
      (error: Error) => setProblem(error.message),
    );
  const { files, language } = FORMATS[format];
  return (
    <Modal open={open} onClose={close} title="Trained networks" size={680}>
      <div className="stack">
        <Segments label="Format" value={format} options={OPTIONS} onChange={setFormat} />
        <p>{files}</p>
        <Code title={language}>{snippet(format, 'NAME')}</Code>
        {problem && (
          <p className="note" role="alert">
            {problem}
          </p>
        )}
        <div className="row">
          <Button tone="main" onClick={() => void onSave()}>
            Save all networks
          </Button>
        </div>
      </div>
    </Modal>
  );
}
