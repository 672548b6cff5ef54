/** Draws the kinds of picture a guide may ask for. Every value is also there as text. */
import type { Picture } from '../../methods/guides/kit';
import { niceDomain } from '../charts/scale';

const WIDTH = 360;
const HEIGHT = 150;
const LEFT = 34;
const DASHES = ['', '5 3', '2 3'];

type Of<K extends Picture['kind']> = Extract<Picture, { readonly kind: K }>;

const number = (value: number): string => Number(value.toPrecision(3)).toString().replace('-', '−');

function Legend({ names }: { names: readonly string[] }) {
  if (names.length < 2) return null;
  return (
    <ul className="figure-legend">
      {names.map((name, i) => (
        <li key={name}>
          <svg width="18" height="10" aria-hidden="true" focusable="false">
            <rect className={`figure-fill-${i}`} y="1" width="18" height="8" rx="1" />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function Bars({ picture, label }: { picture: Of<'bars'>; label: string }) {
  const { categories, series } = picture;
  const values = series.flatMap((one) => one.values);
  const { min, max } = niceDomain(Math.min(0, ...values), Math.max(1e-3, ...values), 2);
  const group = (WIDTH - LEFT) / categories.length;
  const bar = (0.8 * group) / series.length;
  const y = (value: number) => 8 + ((max - value) / (max - min)) * (HEIGHT - 28);
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Bars: ${label}`}>
        {[max, 0].map((tick) => (
          <text key={tick} x={LEFT - 5} y={y(tick) + 4} textAnchor="end">
            {number(tick)}
          </text>
        ))}
        <line x1={LEFT} x2={WIDTH} y1={y(0)} y2={y(0)} className="figure-axis" />
        {categories.map((category, k) => (
          <g key={category} transform={`translate(${LEFT + k * group + 0.1 * group} 0)`}>
            {series.map(({ name, values }, i) => (
              <rect
                key={name}
                className={`figure-fill-${i}`}
                x={i * bar}
                width={Math.max(1, bar - 1)}
                y={Math.min(y(0), y(values[k]!))}
                height={Math.max(0.5, Math.abs(y(values[k]!) - y(0)))}
              />
            ))}
            <text x={0.4 * group} y={HEIGHT - 4} textAnchor="middle">
              {category}
            </text>
          </g>
        ))}
      </svg>
      <Legend names={series.map(({ name }) => name)} />
    </>
  );
}

const pathOf = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

function Plane({ picture, label }: { picture: Of<'curves' | 'points'>; label: string }) {
  const { series, at } = picture;
  const all = series.flatMap(({ values }) => values);
  const wide = niceDomain(Math.min(...all.map(([x]) => x)), Math.max(...all.map(([x]) => x)), 3);
  const high = niceDomain(Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y)), 2);
  const x = (value: number) => LEFT + ((value - wide.min) / (wide.max - wide.min)) * (WIDTH - LEFT - 10);
  const y = (value: number) => 8 + ((high.max - value) / (high.max - high.min)) * (HEIGHT - 42);
  const placed = (values: Of<'curves' | 'points'>['series'][number]['values']) =>
    values.map(([a, b]) => [x(a), y(b)] as const);
  const joined = picture.kind === 'curves' || picture.path;
  return (
    <>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${picture.y || 'Points'} by ${picture.x || 'place'}: ${label}`}
      >
        <path d={`M${LEFT} 8V${HEIGHT - 34}H${WIDTH - 10}`} className="figure-axis" fill="none" />
        {[high.min, high.max].map((tick) => (
          <text key={tick} x={LEFT - 5} y={y(tick) + 4} textAnchor="end">
            {number(tick)}
          </text>
        ))}
        {[wide.min, wide.max].map((tick, i) => (
          <text key={tick} x={x(tick)} y={HEIGHT - 20} textAnchor={i ? 'end' : 'start'}>
            {number(tick)}
          </text>
        ))}
        <text x={(LEFT + WIDTH) / 2} y={HEIGHT - 5} textAnchor="middle">
          {picture.y ? `${picture.y}, by: ${picture.x}` : ''}
        </text>
        {at !== undefined && <line x1={x(at)} x2={x(at)} y1={8} y2={HEIGHT - 34} className="figure-mark" />}
        {series.map(({ name, values }, i) => (
          <g key={name}>
            {joined && (
              <path
                d={pathOf(placed(values))}
                className={`figure-line-${i}`}
                strokeDasharray={DASHES[i % 3]}
              />
            )}
            {picture.kind === 'points' &&
              placed(values).map(([cx, cy], k) => (
                <circle key={k} cx={cx} cy={cy} r={4} className={`figure-fill-${i % 4}`} />
              ))}
          </g>
        ))}
      </svg>
      <Legend names={series.map(({ name }) => name)} />
    </>
  );
}

function Maps({ picture }: { picture: Of<'maps'> }) {
  const most = Math.max(1e-9, ...picture.maps.flatMap(({ rows }) => rows.flat().map(Math.abs)));
  return (
    <div className="figure-maps">
      {picture.maps.map(({ name, rows }) => (
        <table key={name}>
          <caption>{name}</caption>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                {row.map((value, j) => (
                  <td
                    key={j}
                    style={
                      { '--share': `${Math.round((70 * Math.abs(value)) / most)}%` } as React.CSSProperties
                    }
                  >
                    {value.toFixed(2)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}

/** Bars and points as a table for screen readers; maps are tables already. */
function Values({ picture, label }: { picture: Of<'bars'>; label: string }) {
  return (
    <table className="sr-only">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">Of</th>
          {picture.categories.map((category) => (
            <th key={category} scope="col">
              {category}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {picture.series.map(({ name, values }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {values.map((value, k) => (
              <td key={picture.categories[k]}>{number(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function FigurePicture({ picture, label }: { picture: Picture; label: string }) {
  if (picture.kind === 'maps') return <Maps picture={picture} />;
  if (picture.kind !== 'bars') return <Plane picture={picture} label={label} />;
  return (
    <>
      <Bars picture={picture} label={label} />
      <Values picture={picture} label={label} />
    </>
  );
}
