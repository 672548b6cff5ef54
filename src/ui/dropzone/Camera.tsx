import { useEffect, useRef } from 'react';
import { addPicture } from '../../state/collect';
import { Button, useCamera } from '../kit';

/** Pixels of a picture's side, and milliseconds between two while the button is held. */
const SIDE = 160;
const EVERY = 200;

/** The middle square of what the camera sees, as PNG. */
function snap(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const { videoWidth, videoHeight } = video;
  const side = Math.min(videoWidth, videoHeight);
  if (side === 0) return Promise.resolve(null);
  canvas
    .getContext('2d')
    ?.drawImage(video, (videoWidth - side) / 2, (videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

/** Takes pictures of the chosen class for as long as its button is held; one for a key press. */
export function Camera({ name }: { name: string }) {
  const { video, state, trouble, start } = useCamera();
  const timer = useRef<ReturnType<typeof setInterval>>(undefined);
  const release = () => clearInterval(timer.current);
  useEffect(() => release, []);
  const take = async () => {
    const blob = video.current && (await snap(video.current));
    if (blob && !addPicture(blob)) release();
  };
  const hold = () => {
    release();
    void take();
    timer.current = setInterval(() => void take(), EVERY);
  };
  return (
    <div className="collect-source">
      <video ref={video} className="camera" muted playsInline hidden={state !== 'on'} />
      {state !== 'on' && (
        <p className="quiet">
          The camera starts when you say so. Its pictures stay in this page: nothing is sent anywhere.
        </p>
      )}
      {trouble && (
        <p className="field-error" role="alert">
          {trouble}
        </p>
      )}
      <div className="row">
        {state === 'on' ? (
          <button
            type="button"
            className="hold-button"
            onPointerDown={hold}
            onPointerUp={release}
            onPointerLeave={release}
            onPointerCancel={release}
            // A key press is a click without a pointer.
            onClick={(event) => event.detail === 0 && void take()}
          >
            Hold to collect {name}
          </button>
        ) : (
          <Button tone="main" loading={state === 'asking'} onClick={() => void start()}>
            Start the camera
          </Button>
        )}
      </div>
    </div>
  );
}
