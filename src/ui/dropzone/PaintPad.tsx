import { useRef, useState } from 'react';
import { addPicture, openClass } from '../../state/collect';
import { Button, clearPad, Pad, SliderField } from '../kit';

const [THIN, THICK] = [4, 40];
const COLOURS = [
  { name: 'Black', value: '#000000' },
  { name: 'Red', value: '#d22b2b' },
  { name: 'Green', value: '#1f8a3b' },
  { name: 'Blue', value: '#2348c9' },
  { name: 'White', value: '#ffffff' },
] as const;

const GROUND = '#ffffff';

/** A white sheet to draw on with mouse, pen or finger; every drawing becomes a picture of the chosen class. */
export function PaintPad({ name }: { name: string }) {
  const pad = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(18);
  const [colour, setColour] = useState<string>(COLOURS[0].value);
  const [drawn, setDrawn] = useState(false);
  const wipe = () => {
    clearPad(pad.current, GROUND);
    setDrawn(false);
  };
  // The browser packs a copy when it finds time: the sheet is free at once, and a stroke drawn meanwhile stays.
  const take = () => {
    const to = openClass();
    if (to === undefined) return;
    pad.current?.toBlob((blob) => blob && addPicture(blob, to), 'image/png');
    wipe();
  };
  return (
    <div className="collect-source">
      <Pad
        canvas={pad}
        label="Sheet to draw on"
        ground={GROUND}
        ink={colour}
        pen={width}
        onDraw={() => setDrawn(true)}
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
