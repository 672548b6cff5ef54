/** What a regime's theory says of the share of images that students keep. */
import { useMemo } from 'react';
import { regimes } from '../../data/regimes/index';

const WIDTH = 260;
const HEIGHT = 60;

interface Props {
  /** Regime with a theory. */
  readonly id: string;
  readonly share: number;
}

export function RegimeTheory({ id, share }: Props) {
  const theory = useMemo(() => regimes.get(id).theory?.(share), [id, share]);
  if (!theory) return null;
  const { title, values, label, note } = theory;
  const high = Math.max(...values) || 1;
  const place = (value: number, i: number) =>
    `${((i / (values.length - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - (value / high) * HEIGHT).toFixed(1)}`;
  return (
    <details className="theory">
      <summary>{title}</summary>
      <svg viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`} role="img" aria-label={label}>
        <path d={`M${values.map(place).join('L')}`} />
      </svg>
      <p className="quiet">{note}</p>
    </details>
  );
}
