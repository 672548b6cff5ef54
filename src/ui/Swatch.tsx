import { colorOf, type Look } from '../state/looks';
import { markerPath } from './charts/marker';
import { useScheme } from './kit';

/** Colour, dash and marker of a learner, as drawn in the charts. */
export function Swatch({ look, width = 26 }: { look: Look; width?: number }) {
  const { scheme } = useScheme();
  return (
    <svg
      className="swatch"
      width={width}
      height={12}
      aria-hidden="true"
      style={{ color: colorOf(look, scheme) }}
    >
      <path d={`M0 6H${width}`} stroke="currentColor" strokeWidth={look.width} strokeDasharray={look.dash} />
      <path className="chart-dot" d={markerPath(look.marker)} transform={`translate(${width / 2} 6)`} />
    </svg>
  );
}
