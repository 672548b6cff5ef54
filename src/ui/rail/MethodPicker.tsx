import { useState } from 'react';
import { type AnyMethod, methods } from '../../methods/index';
import { addStudent } from '../../state/setup';
import { select, useView } from '../../state/view';
import { Modal, SelectField, TextField } from '../kit';
import { FAMILIES, findMethods } from './cards';

function Entry({ method, onPick }: { method: AnyMethod; onPick: () => void }) {
  return (
    <li>
      <button type="button" className="pick" onClick={onPick}>
        <span className="pick-head">
          <strong>{method.name}</strong>
          <span className="badge">{FAMILIES[method.family]}</span>
          <span className="badge badge-quiet" title={method.deviations}>
            {method.fidelity}
          </span>
        </span>
        <span>{method.summary}</span>
        {method.paper && (
          <span className="quiet">
            {method.paper.authors}: {method.paper.title}. {method.paper.venue} {method.paper.year}
          </span>
        )}
      </button>
    </li>
  );
}

/** Search over all methods; choosing one adds a student. */
export function MethodPicker() {
  const open = useView((view) => view.picker);
  const [search, setSearch] = useState('');
  const [family, setFamily] = useState('');
  const found = findMethods(methods.all, search, family);
  const families = [...new Set(methods.all.map((m) => m.family))];
  const close = () => useView.setState({ picker: false });
  return (
    <Modal open={open} onClose={close} title="Add a student" size={680}>
      <div className="picker">
        <div className="row row-end">
          <TextField
            label="Search"
            value={search}
            onChange={setSearch}
            placeholder="Name, author, year…"
            autoFocus
          />
          <SelectField
            label="Family"
            value={family}
            options={[
              { value: '', label: 'All' },
              ...families.map((f) => ({ value: f, label: FAMILIES[f] })),
            ]}
            onChange={setFamily}
          />
        </div>
        <ul className="picks">
          {found.map((method) => (
            <Entry
              key={method.id}
              method={method}
              onPick={() => {
                const key = addStudent(method.id);
                if (key) select(key);
                close();
              }}
            />
          ))}
        </ul>
        {found.length === 0 && <p className="quiet">No method matches. Search for fewer words.</p>}
      </div>
    </Modal>
  );
}
