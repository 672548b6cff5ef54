import { useEffect, useRef, useState } from 'react';
import { addPicture } from '../../state/collect';
import { Button } from '../kit';

/** Pixels of a picture's side, and milliseconds between two while the button is held. */
const SIDE = 160;
const EVERY = 200;

/** Why there is no camera, in plain words. */
export function cameraTrouble(error: unknown): string {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return 'The camera was not allowed. Allow it for this page in the address bar, then try again. Drawing works without it.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'No camera was found. Connect one, then try again.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera could not be started; another program may be using it.';
    default:
      return 'This browser gives the page no camera: it needs an https or localhost address.';
  }
}

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

/** Asks for the camera; the stream ends when the component goes. */
function useCamera() {
  const video = useRef<HTMLVideoElement>(null);
  const stream = useRef<MediaStream>(undefined);
  const gone = useRef(false);
  const [state, setState] = useState<'off' | 'asking' | 'on'>('off');
  const [trouble, setTrouble] = useState('');
  const stop = () => {
    for (const track of stream.current?.getTracks() ?? []) track.stop();
    stream.current = undefined;
  };
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      stop();
    };
  }, []);
  const start = async () => {
    setState('asking');
    setTrouble('');
    try {
      stream.current = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: 640 }, height: { ideal: 480 } },
      });
      // Closed while the person was asked: the camera must not stay on.
      if (gone.current) return stop();
      if (video.current) video.current.srcObject = stream.current;
      await video.current?.play();
      setState('on');
    } catch (error) {
      stop();
      setTrouble(cameraTrouble(error));
      setState('off');
    }
  };
  return { video, state, trouble, start };
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
