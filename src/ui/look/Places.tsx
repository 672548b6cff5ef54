import { useEffect, useRef, useState } from 'react';
import { findPlaces, placesKey, useLook } from '../../state/look';
import type { PlaceMap, PlacesItem } from '../../worker/protocol';
import { useClassNames, useNames } from '../hooks';
import { Button, SelectField } from '../kit';
import { Swatch } from '../Swatch';

const SIDE = 112;

interface OverlayProps {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly map: PlaceMap;
  readonly label: string;
}

/** One hue over the grey picture: the stronger, the more a place counts. */
function paint(context: CanvasRenderingContext2D, { rgba, width, height, map }: OverlayProps): void {
  const small = document.createElement('canvas');
  const put = (data: Uint8ClampedArray<ArrayBuffer>, w: number, h: number) => {
    [small.width, small.height] = [w, h];
    small.getContext('2d')?.putImageData(new ImageData(data, w, h), 0, 0);
  };
  const { canvas } = context;
  put(rgba, width, height);
  context.imageSmoothingEnabled = false;
  context.filter = 'grayscale(1)';
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  context.filter = 'none';
  const heat = new Uint8ClampedArray(4 * map.values.length);
  map.values.forEach((value, i) => {
    heat.set([255, 102, 0, Math.round(200 * value)], 4 * i);
  });
  put(heat, map.width, map.height);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

function Overlay(props: OverlayProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rgba, width, height, map, label } = props;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && rgba.length === 4 * width * height) paint(context, { rgba, width, height, map, label });
  }, [rgba, width, height, map, label]);
  return (
    <canvas
      ref={canvas}
      className="thumbnail"
      width={SIDE}
      height={Math.round((SIDE * height) / width)}
      role="img"
      aria-label={label}
    />
  );
}

/** Where the strongest place of a map is, for those who do not see it. */
function strongest({ values, width, height }: PlaceMap): string {
  const at = values.indexOf(Math.max(...values));
  if (!(values[at]! > 0)) return 'no place speaks for it';
  const third = (place: number, size: number, names: readonly [string, string, string]) =>
    names[Math.min(2, Math.floor((3 * (place + 0.5)) / size))]!;
  const row = third(Math.floor(at / width), height, ['top', 'middle', 'bottom']);
  return `strongest at the ${row} ${third(at % width, width, ['left', 'centre', 'right'])}`;
}

interface ItemProps extends Omit<OverlayProps, 'map' | 'label'> {
  readonly item: PlacesItem;
}

function Item({ item, ...picture }: ItemProps) {
  const names = useNames();
  const [wanted, setTap] = useState<string>();
  const [key = ''] = item.learner.split('/');
  const classNames = useClassNames(key);
  const map = item.maps.find(({ tap }) => tap === wanted) ?? item.maps.at(-1);
  return (
    <section className="answer" aria-label={`Places of ${names.label(key)}`}>
      <h4>
        <Swatch look={names.look(key)} />
        <span className="answer-learner">{names.label(key)}</span>
        <span className="quiet">{classNames[item.target] ?? item.target}</span>
      </h4>
      {map ? (
        <div className="loupe">
          <Overlay {...picture} map={map} label={`${names.label(key)}, ${map.tap}: ${strongest(map)}`} />
          <div className="stack">
            <SelectField
              label="Layer"
              value={map.tap}
              options={item.maps.map(({ tap }) => ({ value: tap, label: tap }))}
              onChange={setTap}
            />
            <p className="quiet">
              {map.way === 'rollout' ? 'Attention rollout' : 'Grad-CAM'}, {map.height}×{map.width}:{' '}
              {strongest(map)}
            </p>
          </div>
        </div>
      ) : (
        <p className="quiet">{item.reason}</p>
      )}
    </section>
  );
}

interface Props {
  readonly row: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer> | undefined;
  readonly width: number;
  readonly height: number;
}

/** Which places of the image speak for a class, learner by learner; asked for on demand. */
export function Places({ row, rgba, width, height }: Props) {
  const names = useNames();
  const [target, setTarget] = useState<'answer' | 'truth'>('answer');
  const items = useLook((look) => look.places.get(placesKey(row, target)));
  const busy = useLook((look) => look.busy === 'places');
  const error = useLook((look) => look.error);
  const shown = items?.filter(({ learner }) => !names.hidden(learner.split('/')[0] ?? ''));
  return (
    <div className="stack">
      <SelectField
        label="Evidence for"
        value={target}
        options={[
          { value: 'answer', label: 'What each learner answers' },
          { value: 'truth', label: 'The true class' },
        ]}
        onChange={(next) => setTarget(next === 'truth' ? 'truth' : 'answer')}
      />
      {!shown && (
        <Button size="small" loading={busy} onClick={() => void findPlaces(row, target)}>
          Show which places count
        </Button>
      )}
      {error && (
        <p className="note" role="alert">
          {error}
        </p>
      )}
      {rgba &&
        shown?.map((item) => (
          <Item key={item.learner} item={item} rgba={rgba} width={width} height={height} />
        ))}
      {shown?.some(({ maps }) => maps[0]?.way === 'rollout') && (
        <p className="quiet">Attention rollout shows what reaches the answer, whatever the class.</p>
      )}
    </div>
  );
}
