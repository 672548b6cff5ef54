import { useEffect, useRef } from 'react';
import type { Drawn } from '../../state/look';
import { Button, useCamera } from '../kit';

/** Side of the square that is cut out of the middle of each picture, in pixels. */
const SIDE = 192;
/** Milliseconds from one picture to the next. */
const EVERY = 250;

/** The middle square of what the camera sees; undefined before it sees anything. */
function frameOf(video: HTMLVideoElement, context: CanvasRenderingContext2D): Drawn | undefined {
  const { videoWidth, videoHeight } = video;
  const side = Math.min(videoWidth, videoHeight);
  if (side === 0) return undefined;
  context.drawImage(video, (videoWidth - side) / 2, (videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return { rgba: new Uint8ClampedArray(data), width: SIDE, height: SIDE };
}

/** The camera's picture, asked for by a press of a button; it ends with the view. */
export function LiveCamera({ onFrame }: { onFrame: (frame: Drawn) => void }) {
  const { video, state, trouble, start, stop } = useCamera();
  const latest = useRef(onFrame);
  latest.current = onFrame;
  useEffect(() => {
    if (state !== 'on') return;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [SIDE, SIDE];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const timer = setInterval(() => {
      const frame = context && video.current && frameOf(video.current, context);
      if (frame) latest.current(frame);
    }, EVERY);
    return () => clearInterval(timer);
  }, [state, video]);
  return (
    <div className="stack">
      <video ref={video} className="camera" muted playsInline hidden={state !== 'on'} />
      {trouble && (
        <p className="note" role="alert">
          {trouble}
        </p>
      )}
      <Button loading={state === 'asking'} onClick={() => (state === 'on' ? stop() : void start())}>
        {state === 'on' ? 'Stop the camera' : 'Start the camera'}
      </Button>
    </div>
  );
}
