import { useMemo, useState } from 'react';
import { type Preset, presets } from '../../share/presets';
import { closePages } from '../../state/route';
import { useView } from '../../state/view';
import { Modal, TextField } from '../kit';
import { useMedia } from '../useMedia';
import { PresetCard } from './PresetCard';

const words = ({ name, sentence, reduced = '', method = '' }: Preset): string =>
  `${name} ${sentence} ${reduced} ${method}`.toLowerCase();

function Group({ title, note, list }: { title: string; note: string; list: readonly Preset[] }) {
  if (list.length === 0) return null;
  return (
    <section className="stack" aria-label={title}>
      <h3>{title}</h3>
      <p className="quiet">{note}</p>
      <ul className="presets">
        {list.map((preset) => (
          <PresetCard key={preset.id} preset={preset} />
        ))}
      </ul>
    </section>
  );
}

/** Every ready comparison: for a lesson, and one near to the paper of every method. */
export function Presets() {
  const open = useView((view) => view.presets !== undefined);
  const narrow = useMedia('(max-width: 699.98px)');
  const [search, setSearch] = useState('');
  const found = useMemo(() => {
    const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
    return presets.filter((preset) => wanted.every((word) => words(preset).includes(word)));
  }, [search]);
  return (
    <Modal open={open} onClose={closePages} title="Examples" size={960} fullScreen={narrow}>
      <div className="stack">
        <TextField
          label="Search"
          value={search}
          onChange={setSearch}
          placeholder="Method, data, question…"
          autoFocus
        />
        <p className="quiet" role="status">
          {found.length === 0
            ? 'No example matches. Search for fewer words.'
            : `${found.length} of ${presets.length} examples. Opening one replaces the set-up; nothing starts by itself.`}
        </p>
        <Group
          title="For a lesson"
          note="One question each, on small generated images and small networks."
          list={found.filter(({ method }) => method === undefined)}
        />
        <Group
          title="Near to the papers"
          note="As near to each paper as this page can. Data, networks and epochs are reduced, so the numbers are not the paper’s and cannot be compared with them."
          list={found.filter(({ method }) => method !== undefined)}
        />
      </div>
    </Modal>
  );
}
