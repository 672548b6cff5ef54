/** Images per class before and after: the outline is what there was, the bar what is left. */
import { count } from '../../core/format';

interface Props {
  readonly classNames: readonly string[];
  readonly before: readonly number[];
  /** Undefined while it is not known: outlines only. */
  readonly after: readonly number[] | undefined;
}

const HEIGHT = 56;

export function ClassBars({ classNames, before, after }: Props) {
  const most = Math.max(1, ...before, ...(after ?? []));
  const width = 260 / Math.max(1, before.length);
  const tall = (images: number) => (images / most) * HEIGHT;
  const said = classNames.map(
    (name, i) => `${name}: ${count(before[i] ?? 0)}${after ? `, now ${count(after[i] ?? 0)}` : ''}`,
  );
  return (
    <svg
      className="class-bars"
      viewBox={`0 0 260 ${HEIGHT + 1}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Training images per class. ${said.join('; ')}`}
    >
      {classNames.map((name, i) => (
        <g key={name}>
          <title>{said[i]}</title>
          <rect
            className="class-bar-before"
            x={i * width + 0.5}
            width={Math.max(1, width - 2)}
            y={HEIGHT - tall(before[i] ?? 0)}
            height={tall(before[i] ?? 0)}
          />
          {after && (
            <rect
              className="class-bar-after"
              x={i * width + 0.5}
              width={Math.max(1, width - 2)}
              y={HEIGHT - tall(after[i] ?? 0)}
              height={tall(after[i] ?? 0)}
            />
          )}
        </g>
      ))}
    </svg>
  );
}
