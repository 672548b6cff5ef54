import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { addPicture } from '../../state/collect';
import { Button, SliderField } from '../kit';

/** Pixels of the pad's side: what is drawn is scaled to the size of the images like every other picture. */
const SIDE = 256;
const [THIN, THICK] = [4, 40];
const COLOURS = [
  { name: 'Black', value: '#000000' },
  { name: 'Red', value: '#d22b2b' },
  { name: 'Green', value: '#1f8a3b' },
  { name: 'Blue', value: '#2348c9' },
  { name: 'White', value: '#ffffff' },
] as const;

const sheet = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no canvas to draw on.');
  return context;
};

function clear(canvas: HTMLCanvasElement): void {
  const context = sheet(canvas);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, SIDE, SIDE);
}

/** A place on the pad, in its own pixels. */
function placeOf(event: PointerEvent<HTMLCanvasElement>): readonly [number, number] {
  const box = event.currentTarget.getBoundingClientRect();
  return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
}

/** A white sheet to draw on with mouse, pen or finger; every drawing becomes a picture of the chosen class. */
export function PaintPad({ name }: { name: string }) {
  const pad = useRef<HTMLCanvasElement>(null);
  const last = useRef<readonly [number, number]>(undefined);
  const [width, setWidth] = useState(18);
  const [colour, setColour] = useState<string>(COLOURS[0].value);
  const [drawn, setDrawn] = useState(false);
  const wipe = () => {
    if (pad.current) clear(pad.current);
    setDrawn(false);
  };
  useEffect(wipe, []);
  const stroke = (event: PointerEvent<HTMLCanvasElement>) => {
    const from = last.current;
    if (!from) return;
    const context = sheet(event.currentTarget);
    const to = placeOf(event);
    Object.assign(context, { lineCap: 'round', lineJoin: 'round', lineWidth: width, strokeStyle: colour });
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
    last.current = to;
    setDrawn(true);
  };
  const take = () =>
    pad.current?.toBlob((blob) => {
      if (blob && addPicture(blob)) wipe();
    }, 'image/png');
  return (
    <div className="collect-source">
      <canvas
        ref={pad}
        className="paint-pad"
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label="Sheet to draw on"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = placeOf(event);
          stroke(event);
        }}
        onPointerMove={stroke}
        onPointerUp={() => {
          last.current = undefined;
        }}
      />
      <fieldset className="row paint-colours" aria-label="Colour">
        {COLOURS.map(({ name: label, value }) => (
          <button
            key={value}
            type="button"
            className="paint-colour"
            aria-label={label}
            title={label}
            aria-pressed={colour === value}
            style={{ background: value }}
            onClick={() => setColour(value)}
          />
        ))}
      </fieldset>
      <SliderField
        label="Line width"
        value={width}
        min={THIN}
        max={THICK}
        integer
        grain={1 / (THICK - THIN)}
        toShare={(value) => (value - THIN) / (THICK - THIN)}
        fromShare={(share) => Math.round(THIN + share * (THICK - THIN))}
        onChange={setWidth}
      />
      <div className="row">
        <Button tone="main" disabled={!drawn} onClick={take}>
          Add to {name}
        </Button>
        <Button disabled={!drawn} onClick={wipe}>
          Clear
        </Button>
      </div>
    </div>
  );
}
