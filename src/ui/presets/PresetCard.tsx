import type { MouseEvent } from 'react';
import { linkTo } from '../../share/link';
import type { Preset } from '../../share/presets';
import { closePages } from '../../state/route';
import { useSetup } from '../../state/setup';
import { Words } from '../glossary/Words';

/** A plain click opens it here; the link itself can be copied or opened beside. */
function onOpen(event: MouseEvent, preset: Preset): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  closePages();
  useSetup.setState({ config: preset.config, problems: [] });
}

/** What it asks, what was reduced, and the link that opens it. */
export function PresetCard({ preset, brief = false }: { preset: Preset; brief?: boolean }) {
  return (
    <li className="preset">
      <a href={linkTo(preset.config, location.href)} onClick={(event) => onOpen(event, preset)}>
        {preset.name}
      </a>
      <p>
        <Words>{preset.sentence}</Words>
      </p>
      {!brief && preset.reduced && <p className="quiet">{preset.reduced}</p>}
    </li>
  );
}
