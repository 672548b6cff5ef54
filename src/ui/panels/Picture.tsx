import { useEffect, useRef } from 'react';

interface PictureProps {
  /** `width * height * 4` bytes; nothing is drawn while absent. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer> | undefined;
  readonly width: number;
  readonly height: number;
  /** CSS pixels of the longer side. */
  readonly size: number;
  readonly label: string;
}

/** One image of the data, its pixels kept sharp. */
export function Picture({ rgba, width, height, size, label }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && rgba?.length === width * height * 4)
      context.putImageData(new ImageData(rgba, width, height), 0, 0);
  }, [rgba, width, height]);
  const scale = size / Math.max(width, height);
  return (
    <canvas
      ref={canvas}
      className="thumbnail"
      width={width}
      height={height}
      style={{ width: width * scale, height: height * scale }}
      role="img"
      aria-label={label}
    />
  );
}
