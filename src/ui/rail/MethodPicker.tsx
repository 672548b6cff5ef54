import type { AnyMethod } from '../../methods/index';
import { openMethods } from '../../state/route';
import { addStudent } from '../../state/setup';
import { select, useView } from '../../state/view';
import { Modal } from '../kit';
import { CostBadge } from '../methods/lazy';
import { MethodSearch, useMethodSearch } from '../methods/MethodSearch';
import { FAMILIES } from './cards';

function Entry({ method, onPick }: { method: AnyMethod; onPick: () => void }) {
  return (
    <li className="pick-row">
      <button type="button" className="pick" onClick={onPick}>
        <span className="pick-head">
          <strong>{method.name}</strong>
          <span className="badge">{FAMILIES[method.family]}</span>
          <span
            className="badge badge-quiet"
            title="What differs from the paper is on the page of the method."
          >
            {method.fidelity}
          </span>
          <CostBadge id={method.id} />
        </span>
        <span>{method.summary}</span>
        {method.paper && (
          <span className="quiet">
            {method.paper.authors}: {method.paper.title}. {method.paper.venue} {method.paper.year}
          </span>
        )}
      </button>
      <button
        type="button"
        className="text-button"
        aria-label={`About ${method.name}`}
        onClick={() => openMethods(method.id)}
      >
        About
      </button>
    </li>
  );
}

/** Search over all methods; choosing one adds a student. */
export function MethodPicker() {
  const open = useView((view) => view.picker);
  const search = useMethodSearch();
  const close = () => useView.setState({ picker: false });
  return (
    <Modal open={open} onClose={close} title="Add a student" size={680}>
      <div className="picker">
        <MethodSearch {...search} />
        <ul className="picks">
          {search.found.map((method) => (
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
        {search.found.length === 0 && <p className="quiet">No method matches. Search for fewer words.</p>}
      </div>
    </Modal>
  );
}
