import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';

interface PadProps {
  /** The canvas, for those who clear it or put something on it. */
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly label: string;
  /** Colours of the ground and of the pen, as CSS writes them. */
  readonly ground: string;
  readonly ink: string;
  /** Width of the pen in pixels of the canvas. */
  readonly pen: number;
  /** Pixels of the canvas' side; it is square. What is drawn is scaled to the size of the images like every picture. */
  readonly size?: number;
  /** After every piece of a stroke. */
  readonly onDraw: () => void;
}

/** Fills the canvas with one colour. */
export function clearPad(canvas: HTMLCanvasElement | null, ground: string): void {
  const context = canvas?.getContext('2d');
  if (!canvas || !context) return;
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
}

/** The picture on a canvas as RGBA; undefined before the canvas is there. */
export function pixelsOf(canvas: HTMLCanvasElement | null) {
  const context = canvas?.getContext('2d', { willReadFrequently: true });
  if (!canvas || !context) return undefined;
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { rgba: new Uint8ClampedArray(data), width, height };
}

/** A square to draw on with mouse, pen or finger. A new ground colour clears it. */
export function Pad({ canvas, label, ground, ink, pen, size = 256, onDraw }: PadProps) {
  const last = useRef<readonly [number, number]>(undefined);
  useEffect(() => clearPad(canvas.current, ground), [canvas, ground]);
  const at = (event: PointerEvent<HTMLCanvasElement>): readonly [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = size / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  };
  const lineTo = (event: PointerEvent<HTMLCanvasElement>) => {
    const context = event.currentTarget.getContext('2d', { willReadFrequently: true });
    const to = at(event);
    if (!context) return;
    context.strokeStyle = ink;
    context.lineWidth = pen;
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(...(last.current ?? to));
    context.lineTo(...to);
    context.stroke();
    last.current = to;
    onDraw();
  };
  return (
    <canvas
      ref={canvas}
      className="paint-pad"
      width={size}
      height={size}
      role="img"
      aria-label={label}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = at(event);
        lineTo(event);
      }}
      onPointerMove={(event) => last.current && lineTo(event)}
      onPointerUp={() => {
        last.current = undefined;
      }}
      onPointerCancel={() => {
        last.current = undefined;
      }}
    />
  );
}
