import { useState } from 'react';
import { EMBED_PANELS, type EmbedPanel, embedSnippet } from '../../share/embed';
import { experimentName } from '../../state/naming';
import { useSetup } from '../../state/setup';
import { cardOf } from '../hooks';
import { SwitchField, TextField } from '../kit';

/** The HTML of a frame that shows this set-up, with the panels that are chosen. */
export function EmbedSnippet() {
  const config = useSetup((setup) => setup.config);
  const [chosen, setChosen] = useState<readonly EmbedPanel[]>(['loss', 'accuracy', 'reliability']);
  const names = Object.keys(EMBED_PANELS) as EmbedPanel[];
  const snippet = embedSnippet(config, location.href, chosen, `Condenser: ${experimentName(config, cardOf)}`);
  return (
    <details>
      <summary>Embed in a page</summary>
      <div className="stack">
        <p className="quiet">A frame with these panels, start and pause. Nothing starts by itself.</p>
        {names.map((name) => (
          <SwitchField
            key={name}
            label={EMBED_PANELS[name]}
            value={chosen.includes(name)}
            onChange={(on) =>
              setChosen(names.filter((other) => (other === name ? on : chosen.includes(other))))
            }
          />
        ))}
        {chosen.length > 0 && (
          <TextField label="HTML" value={snippet} onChange={() => {}} maxLength={snippet.length} />
        )}
      </div>
    </details>
  );
}
