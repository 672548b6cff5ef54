import { type KeyboardEvent, useState } from 'react';
import { MAX_STUDENTS } from '../../core/config';
import { type AnyMethod, methods } from '../../methods/index';
import { closePages, openMethods } from '../../state/route';
import { addStudent, useSetup } from '../../state/setup';
import { select, useView } from '../../state/view';
import { Button, Icon, Modal } from '../kit';
import { useMedia } from '../useMedia';
import { MethodPage } from './MethodPage';
import { MethodSearch, useMethodSearch } from './MethodSearch';
import { Overview } from './Overview';

/** Arrow keys go through the list. */
function onArrow(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const next = by && buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function List({ shown }: { shown: string }) {
  const search = useMethodSearch();
  return (
    <div className="gallery-list">
      <MethodSearch {...search} />
      <ul className="gallery-items" onKeyDown={onArrow}>
        {search.found.map((method) => (
          <li key={method.id}>
            <button
              type="button"
              className="gallery-item"
              aria-current={method.id === shown ? 'page' : undefined}
              onClick={() => openMethods(method.id)}
            >
              <strong>{method.name}</strong>
              <span className="quiet">{method.summary}</span>
            </button>
          </li>
        ))}
      </ul>
      {search.found.length === 0 && <p className="quiet">No method matches. Search for fewer words.</p>}
    </div>
  );
}

function AddButton({ method }: { method: AnyMethod }) {
  const full = useSetup((setup) => setup.config.students.length >= MAX_STUDENTS);
  const [added, setAdded] = useState('');
  const add = () => {
    const key = addStudent(method.id);
    if (key) select(key);
    setAdded(method.id);
  };
  return (
    <div className="row">
      <Button icon={<Icon name="plus" size={14} />} onClick={add} disabled={full}>
        Add as a student
      </Button>
      <span className="quiet" role="status">
        {full ? `A set-up holds at most ${MAX_STUDENTS} students.` : added === method.id ? 'Added.' : ''}
      </span>
    </div>
  );
}

function Shown({ id }: { id: string }) {
  if (!methods.has(id))
    return (
      <>
        {id !== '' && <p role="alert">There is no method “{id}” on this page.</p>}
        <Overview />
      </>
    );
  const method = methods.get(id);
  return (
    <>
      <MethodPage method={method} />
      <AddButton method={method} />
    </>
  );
}

/** Every method, searchable by word and family, each with its page; its address is that of the open page. */
export function Gallery() {
  const id = useView((view) => view.methods);
  const narrow = useMedia('(max-width: 699.98px)');
  const one = id !== undefined && methods.has(id);
  return (
    <Modal open={id !== undefined} onClose={closePages} title="Methods" size={1080} fullScreen={narrow}>
      <div className="gallery">
        {!(narrow && one) && <List shown={id ?? ''} />}
        {(!narrow || one) && (
          // A page of its own starts at its top.
          <section className="gallery-page" key={id} aria-label={one ? methods.get(id).name : 'All methods'}>
            {narrow && (
              <Button tone="quiet" onClick={() => openMethods('')}>
                All methods
              </Button>
            )}
            <Shown id={id ?? ''} />
          </section>
        )}
      </div>
    </Modal>
  );
}
