import { useState } from 'react';
import { piecesOf, type Term } from '../../share/glossary';
import { openPage } from '../../state/route';
import { Popover } from '../kit';

/** Keys of an open explanation are its own: Escape must not close the dialog around it. */
const OWN_KEYS = { 'data-mantine-stop-propagation': 'true' } as const;

/** A word that opens its explanation, by click or key. */
function Word({ text, term }: { text: string; term: Term }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onChange={setOpen}
      trigger={
        <button type="button" className="term" onClick={() => setOpen(!open)} {...(open ? OWN_KEYS : {})}>
          {text}
        </button>
      }
    >
      <p>
        <strong>{term.name}</strong> {term.text}
      </p>
      <button
        type="button"
        className="text-button"
        {...OWN_KEYS}
        onClick={() => {
          setOpen(false);
          openPage('glossary', term.id);
        }}
      >
        All words
      </button>
    </Popover>
  );
}

/** A text in which every word of the glossary opens its explanation. */
export function Marked({ text, except }: { text: string; except?: string | undefined }) {
  let at = 0;
  return piecesOf(text, except).map((piece) => {
    at += piece.text.length;
    return piece.term ? <Word key={at} text={piece.text} term={piece.term} /> : piece.text;
  });
}
