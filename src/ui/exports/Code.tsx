import { useState } from 'react';
import { Button, Icon } from '../kit';

/** Lines of code with a button that copies them. `title` names them for everyone. */
export function Code({ title, children }: { title: string; children: string }) {
  const [copied, setCopied] = useState<boolean>();
  const copy = () =>
    navigator.clipboard.writeText(children).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <figure className="code">
      <figcaption>
        <span>{title}</span>
        <Button size="small" tone="quiet" icon={<Icon name="copy" size={14} />} onClick={() => void copy()}>
          Copy
        </Button>
        <span role="status" className="quiet">
          {copied === true && 'Copied'}
          {copied === false && 'Not allowed here: select the text instead'}
        </span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={title}>
        <pre>
          <code>{children}</code>
        </pre>
      </section>
    </figure>
  );
}
