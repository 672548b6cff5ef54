import { useMemo, useRef } from 'react';
import { percent } from '../../core/format';
import { askLibrary, useLibrary } from '../../state/library';
import { libraryFile, readNetworks } from '../../state/library-file';
import { isActive, shownEvaluations, useRun } from '../../state/run';
import { client } from '../../state/session';
import { useView } from '../../state/view';
import type { NetworkCard } from '../../worker/protocol';
import { useNames } from '../hooks';
import { Button, Icon, IconButton, Modal, TextCell } from '../kit';
import { Empty } from '../panels/Panel';
import { when } from '../runs/when';
import { Swatch } from '../Swatch';
import { save } from '../save';
import { useMedia } from '../useMedia';
import { factsText, teachWith } from './words';

const say = (text: string, failed: boolean): void => useLibrary.setState({ notice: { text, failed } });
function close(): void {
  useView.setState({ library: false });
  useLibrary.setState({ notice: undefined });
}

async function saveFile(keys: readonly string[]): Promise<void> {
  const reply = await client.request({ type: 'kept-networks', keys }).reply;
  if (reply.type !== 'kept-networks')
    return say(reply.type === 'error' ? reply.message : 'No networks came back.', true);
  const { name, bytes } = libraryFile(reply.networks);
  save(name, new Blob([bytes]));
}

async function openFiles(files: readonly File[]): Promise<void> {
  try {
    const read = await Promise.all(
      files.map(async (file) => readNetworks(file.name, new Uint8Array(await file.arrayBuffer()))),
    );
    const networks = read.flat();
    const names = networks.map(({ card }) => `“${card.name}”`).join(', ');
    await askLibrary(client, { type: 'add-networks', networks }, `Added ${names}.`);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  }
}

/** The learners of the run on screen, each with a button that keeps its network. */
function ThisRun() {
  const names = useNames();
  const learners = useRun((run) => run.learners);
  const latest = useRun((run) => run.latest);
  const shown = useMemo(() => shownEvaluations({ learners, latest }).shown, [learners, latest]);
  const busy = useRun((run) => isActive(run.status) && run.status !== 'paused');
  const done = learners.filter(({ id }) => shown.has(id));
  if (done.length === 0) return null;
  const keep = (learner: string, label: string, name: string) =>
    void askLibrary(client, { type: 'keep-network', learner, name, label }, `Kept as “${name}”.`);
  return (
    <section className="stack">
      <h3>Of this run</h3>
      <ul className="keep-list">
        {done.map(({ id, key, seed, label }) => {
          const name = learners.some((other) => other.key === key && other.id !== id)
            ? `${names.label(key)}, seed ${seed}`
            : names.label(key);
          return (
            <li key={id}>
              <Swatch look={names.look(key)} />
              <span className="keep-name">{name}</span>
              <span className="number">{percent(shown.get(id)?.metrics['accuracy'] ?? 0)}</span>
              <Button size="small" disabled={busy} onClick={() => keep(id, label, name)}>
                Keep
              </Button>
            </li>
          );
        })}
      </ul>
      {busy && <p className="quiet">Pause the run to keep a network as it is now.</p>}
    </section>
  );
}

function Actions({ network }: { network: NetworkCard }) {
  return (
    <td className="run-actions">
      <Button
        size="small"
        onClick={() => {
          teachWith(network);
          close();
        }}
      >
        Use as teacher
      </Button>
      <IconButton small label={`Save ${network.name} as a file`} onClick={() => void saveFile([network.key])}>
        <Icon name="save" size={14} />
      </IconButton>
      <IconButton
        small
        label={`Delete ${network.name}`}
        onClick={() => void askLibrary(client, { type: 'delete-networks', keys: [network.key] })}
      >
        <Icon name="trash" size={14} />
      </IconButton>
    </td>
  );
}

function Kept({ networks }: { networks: readonly NetworkCard[] }) {
  return (
    <div className="table-scroll">
      <table className="result-table run-table">
        <thead>
          <tr>
            <th scope="col">Network</th>
            <th scope="col" className="number wide-only" title="On the validation images of its run">
              Accuracy
            </th>
            <th scope="col" className="number wide-only" title="Expected calibration error, there too">
              ECE
            </th>
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {networks.map((network) => (
            <tr key={network.key}>
              <th scope="row">
                <TextCell
                  label={`Name of the network kept on ${when(network)}`}
                  value={network.name}
                  placeholder="Name"
                  limit={80}
                  onChange={(name) =>
                    name && void askLibrary(client, { type: 'rename-network', key: network.key, name })
                  }
                />
                <span className="quiet run-when">
                  {network.label && `${network.label} · `}
                  {factsText(network)} · {when(network)}
                </span>
              </th>
              {(['accuracy', 'ece'] as const).map((id) => (
                <td key={id} className="number wide-only">
                  {network.metrics[id] === undefined ? '–' : percent(network.metrics[id])}
                </td>
              ))}
              <Actions network={network} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FileButtons({ networks }: { networks: readonly NetworkCard[] }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="row">
      <Button icon={<Icon name="file" size={14} />} onClick={() => input.current?.click()}>
        Open files…
      </Button>
      {networks.length > 1 && (
        <Button
          icon={<Icon name="save" size={14} />}
          onClick={() => void saveFile(networks.map(({ key }) => key))}
        >
          Save all as one file
        </Button>
      )}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".safetensors,.zip"
        aria-label="Files of networks"
        data-testid="open-networks"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = '';
          if (files.length) void openFiles(files);
        }}
      />
    </div>
  );
}

/** Trained networks that stay in this browser: to teach later runs, or to leave as files. */
export function Library() {
  const open = useView((view) => view.library);
  const narrow = useMedia('(max-width: 699.98px)');
  const networks = useLibrary((library) => library.networks);
  const notice = useLibrary((library) => library.notice);
  return (
    <Modal open={open} onClose={close} title="Kept networks" size={860} fullScreen={narrow}>
      <div className="stack">
        {notice && (
          <p className={notice.failed ? 'note' : ''} role={notice.failed ? 'alert' : 'status'}>
            {notice.text}
          </p>
        )}
        <ThisRun />
        {networks === undefined ? (
          !notice?.failed && <p className="quiet">Reading the networks…</p>
        ) : networks.length === 0 ? (
          <Empty>
            Networks that you keep stay in this browser. They can teach later runs, on the same images or
            others.
          </Empty>
        ) : (
          <Kept networks={networks} />
        )}
        <FileButtons networks={networks ?? []} />
        <p className="quiet">
          Files are safetensors with classes, preprocessing and set-up inside. Networks that a run exports
          open here too.
        </p>
      </div>
    </Modal>
  );
}
