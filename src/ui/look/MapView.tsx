import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { count, percent } from '../../core/format';
import { useDataset } from '../../state/dataset';
import { makeMap, useLook } from '../../state/look';
import type { Scheme } from '../../state/looks';
import { useRun } from '../../state/run';
import { fetchPictures, loadSamples, useSamples } from '../../state/samples';
import type { MapItem, MapWay } from '../../worker/protocol';
import { type Names, useClassNames, useNames } from '../hooks';
import { Button, Segments, useScheme } from '../kit';
import { Empty } from '../panels/Panel';
import { Picture } from '../panels/Picture';
import { SampleAnswers } from '../panels/SampleAnswers';
import { Swatch } from '../Swatch';
import { classColor, classPath, nearestPoint, placePoints } from './scatter';

const SIZE = 300;

interface ScatterProps {
  readonly item: MapItem;
  readonly labels: Int32Array;
  readonly label: string;
  /** Index among the points. */
  readonly chosen: number | undefined;
  readonly choose: (index: number | undefined) => void;
}

/** One learner's map. Arrow keys step through the images, a click chooses the nearest. */
function Scatter({ item, labels, label, chosen, choose }: ScatterProps) {
  const { scheme } = useScheme();
  const placed = useMemo(() => placePoints(item.points, SIZE), [item]);
  const { answers } = item;
  const right = labels.reduce((sum, truth, i) => sum + Number(answers?.[i] === truth), 0);
  const said = answers ? `, ${percent(right / labels.length)} answered right` : '';
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    choose(chosen === undefined ? 0 : (chosen + by + placed.length) % placed.length);
  };
  const mark = chosen === undefined ? undefined : placed[chosen];
  return (
    <section
      className="scatter"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys step through the images
      tabIndex={0}
      onKeyDown={onKeyDown}
      aria-label={`Map of ${label}: ${count(labels.length)} images${said}. Arrow keys step through the images.`}
    >
      <svg
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        aria-hidden="true"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const scale = SIZE / box.width;
          const at = { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
          choose(nearestPoint(placed, at));
        }}
      >
        {placed.map((point, i) => {
          const good = !answers || answers[i] === labels[i];
          const color = classColor(labels[i]!, scheme);
          return (
            <path
              key={`${i}/${placed.length}`}
              d={classPath(point, labels[i]!)}
              fill={good ? color : 'none'}
              fillOpacity={0.75}
              stroke={color}
              strokeWidth={good ? 0.5 : 1.4}
            />
          );
        })}
        {mark && <circle className="scatter-mark" cx={mark.x} cy={mark.y} r={7} />}
      </svg>
    </section>
  );
}

/** The chosen image, and what every learner says to it. */
function Chosen({ row, name }: { row: number; name: string }) {
  const items = useSamples((samples) => samples.items);
  const picture = useSamples((samples) => samples.pictures.get(row));
  const shape = useDataset((data) => data.current?.shape);
  useEffect(() => {
    void loadSamples().then(() => fetchPictures([row]));
  }, [row]);
  if (!shape || items.length === 0) return <p className="quiet">Asking every learner…</p>;
  return (
    <div className="stack">
      <div className="loupe">
        <Picture rgba={picture} width={shape.width} height={shape.height} size={96} label={`Image ${row}`} />
        <p>
          True class: <strong>{name}</strong>
          <br />
          <span className="quiet">image {count(row)} of the split</span>
        </p>
      </div>
      <SampleAnswers image={row} />
    </div>
  );
}

function Legend({ classNames, scheme }: { classNames: readonly string[]; scheme: Scheme }) {
  return (
    <p className="quiet scatter-legend">
      {classNames.map((name, k) => (
        <span key={name}>
          <svg width={10} height={10} aria-hidden="true">
            <path d={classPath({ x: 5, y: 5 }, k, 3.2)} fill={classColor(k, scheme)} />
          </svg>{' '}
          {name}
        </span>
      ))}
      <span>● filled: right</span>
      <span>○ hollow: wrong</span>
    </p>
  );
}

/** One map per learner key: the first seed. */
function firstSeeds(
  items: readonly MapItem[],
  names: Names,
): readonly (MapItem & { readonly key: string })[] {
  const keyed = items.map((item) => ({ ...item, key: item.learner.split('/')[0] ?? '' }));
  return keyed.filter(
    (item, i) => keyed.findIndex(({ key }) => key === item.key) === i && !names.hidden(item.key),
  );
}

const about = (item: MapItem, way: MapWay): string =>
  way === 'pca' && item.explained
    ? `${percent(item.explained[0] + item.explained[1], 0)} of the variance of ${count(item.width)} features`
    : `${count(item.width)} features`;

/** Where images lie for the last layer of the teacher and every student. */
export function MapView() {
  const { map, way, busy, error } = useLook();
  const names = useNames();
  const { scheme } = useScheme();
  const student = useRun((run) => run.learners.find(({ key }) => key !== 'teacher')?.key ?? '');
  const classNames = useClassNames(student);
  const [chosen, choose] = useState<number>();
  const waiting = busy === 'map';
  const row = chosen === undefined ? undefined : map?.index[chosen];
  return (
    <div className="stack">
      <div className="sweep-axis">
        <Segments
          label="Way to two dimensions"
          value={way}
          options={[
            { value: 'pca', label: 'PCA' },
            { value: 'umap', label: 'UMAP' },
          ]}
          onChange={(next: MapWay) => useLook.setState({ way: next })}
        />
        <Button tone="main" loading={waiting} onClick={() => void makeMap(way)}>
          {map?.way === way ? 'Make the map again' : 'Make the map'}
        </Button>
        <p className="quiet" role="status">
          {waiting ? 'Asking every learner and laying the images out…' : error}
        </p>
      </div>
      {map ? (
        <>
          <Legend classNames={classNames} scheme={scheme} />
          <div className="look-grid scatter-grid">
            {firstSeeds(map.items, names).map((item) => (
              <div key={item.key}>
                <h4 className="look-name">
                  <Swatch look={names.look(item.key)} /> {names.label(item.key)}
                </h4>
                <Scatter
                  item={item}
                  labels={map.labels}
                  label={names.label(item.key)}
                  chosen={chosen}
                  choose={choose}
                />
                <p className="quiet">{about(item, map.way)}</p>
              </div>
            ))}
          </div>
          <p className="quiet">
            {count(map.index.length)} images, the same for all; maps are turned or mirrored to lie like the
            first.{' '}
            {map.way === 'pca'
              ? 'PCA keeps the directions of largest variance.'
              : 'UMAP keeps neighbours; distances between groups mean little.'}
          </p>
          {row !== undefined && <Chosen row={row} name={classNames[map.labels[chosen!]!] ?? ''} />}
        </>
      ) : (
        <Empty>
          The features that each learner's last layer reads, in two dimensions: images of one class that lie
          together are easy to tell from the others.
        </Empty>
      )}
    </div>
  );
}
