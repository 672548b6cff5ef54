import { useEffect, useState } from 'react';
import { glossary, termOf } from '../../share/glossary';
import { closePages } from '../../state/route';
import { useView } from '../../state/view';
import { Modal, TextField } from '../kit';
import { useMedia } from '../useMedia';
import { Marked } from './Marked';

const sorted = [...glossary].sort((a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' }));

/** Brings the wanted word into view, once its dialog is there. */
function useWanted(id: string | undefined): void {
  useEffect(() => {
    if (id) document.getElementById(`word-${id}`)?.scrollIntoView({ block: 'center' });
  }, [id]);
}

function List({ wanted, search }: { wanted: string; search: string }) {
  useWanted(wanted);
  const words = search.trim().toLowerCase();
  const found = sorted.filter(({ name, text }) => `${name} ${text}`.toLowerCase().includes(words));
  if (found.length === 0) return <p className="quiet">No word matches.</p>;
  return (
    <dl className="glossary">
      {found.map(({ id, name, text }) => (
        <div key={id} id={`word-${id}`} aria-current={id === wanted ? 'true' : undefined}>
          <dt>{name}</dt>
          <dd>
            <Marked text={text} except={id} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Every word of the glossary; its address is that of the word it was opened for. */
export function Glossary() {
  const id = useView((view) => view.glossary);
  const narrow = useMedia('(max-width: 699.98px)');
  const [search, setSearch] = useState('');
  return (
    <Modal open={id !== undefined} onClose={closePages} title="Glossary" size={760} fullScreen={narrow}>
      <div className="stack">
        <TextField
          label="Search"
          value={search}
          onChange={setSearch}
          placeholder="Word…"
          autoFocus={termOf(id ?? '') === undefined}
        />
        <List wanted={id ?? ''} search={search} />
      </div>
    </Modal>
  );
}
