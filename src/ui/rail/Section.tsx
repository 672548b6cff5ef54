import { type ReactNode, useId } from 'react';
import { Icon } from '../kit';

interface Props {
  readonly title: string;
  /** What is chosen, in one line; shown while closed. */
  readonly summary: string;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

/** One foldable part of the set-up. */
export function Section({ title, summary, open, onToggle, children }: Props) {
  const id = useId();
  return (
    <section className={`section${open ? ' section-open' : ''}`}>
      <h2>
        <button
          type="button"
          className="section-head"
          aria-expanded={open}
          aria-controls={id}
          onClick={onToggle}
        >
          <span className="section-title">{title}</span>
          <span className="section-summary">{summary}</span>
          <Icon name="chevron" size={14} />
        </button>
      </h2>
      {open && (
        <div className="section-body" id={id}>
          {children}
        </div>
      )}
    </section>
  );
}
