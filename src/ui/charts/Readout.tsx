import { type AxesChoice, useView } from '../../state/view';
import { Swatch } from '../Swatch';
import { toAxis, xText } from './axes';
import type { Domains } from './domains';
import { type ChartLine, lineValues, valueNear } from './line';

interface Props {
  readonly lines: readonly ChartLine[];
  readonly smoothing: number;
  readonly domains: Pick<Domains, 'from' | 'end'>;
  readonly axes: AxesChoice;
  readonly left: number;
  readonly width: number;
  readonly format: (value: number) => string;
}

/** The values under the crosshair, on the side with more room. */
export function Readout({ lines, smoothing, domains, axes, left, width, format }: Props) {
  const cursor = useView((view) => view.cursor);
  if (cursor === undefined) return null;
  const share = (toAxis(cursor, axes.logX) - domains.from) / (domains.end - domains.from);
  const x = left + share * width;
  const side = share > 0.5 ? { right: `calc(100% - ${x - 10}px)` } : { left: x + 10 };
  return (
    <div className="readout" style={side} aria-hidden="true">
      <div className="readout-step">{xText(axes.x, cursor)}</div>
      {lines.map((line) => {
        const point = valueNear(line, cursor, lineValues(line, smoothing));
        return (
          <div key={line.key} className="readout-row">
            <Swatch look={line.look} />
            <span className="readout-label">{line.label}</span>
            <span className="number">{point ? format(point.value) : '–'}</span>
          </div>
        );
      })}
    </div>
  );
}
