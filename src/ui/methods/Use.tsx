import { guides } from '../../methods/guides/index';
import { presetsOf } from '../../share/presets';
import { Words } from '../glossary/Words';
import { PresetCard } from '../presets/PresetCard';

/** When the method is the right one, and when it is not. */
export function When({ id }: { id: string }) {
  const guide = guides.get(id);
  if (!guide) return <p className="quiet">Not written yet.</p>;
  return (
    <>
      <p>
        <Words>{guide.when}</Words>
      </p>
      <p>
        <strong>Rather not:</strong> <Words>{guide.avoid}</Words>
      </p>
    </>
  );
}

/** The comparison near to its paper, and the lessons it takes part in. */
export function Try({ id }: { id: string }) {
  const found = presetsOf(id);
  if (found.length === 0) return <p className="quiet">No example yet.</p>;
  return (
    <ul className="presets presets-one">
      {found.slice(0, 4).map((preset) => (
        <PresetCard key={preset.id} preset={preset} brief={preset.method !== id} />
      ))}
    </ul>
  );
}
