/** The camera, for whoever shows or keeps its pictures. */
import { useEffect, useRef, useState } from 'react';

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

/** Asks for the camera; the stream ends when the component goes. */
export function useCamera() {
  const video = useRef<HTMLVideoElement>(null);
  const stream = useRef<MediaStream>(undefined);
  const gone = useRef(false);
  const [state, setState] = useState<'off' | 'asking' | 'on'>('off');
  const [trouble, setTrouble] = useState('');
  const end = () => {
    for (const track of stream.current?.getTracks() ?? []) track.stop();
    stream.current = undefined;
  };
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      end();
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
      if (gone.current) return end();
      if (video.current) video.current.srcObject = stream.current;
      await video.current?.play();
      setState('on');
    } catch (error) {
      end();
      setTrouble(cameraTrouble(error));
      setState('off');
    }
  };
  const stop = () => {
    end();
    setState('off');
  };
  return { video, state, trouble, start, stop };
}
