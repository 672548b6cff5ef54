import { useEffect, useRef } from 'react';
import type { DatasetSummary } from '../../data/dataset';

type Thumbnail = DatasetSummary['thumbnails'][number];

function Picture({
  thumbnail,
  source,
  name,
  size,
}: {
  thumbnail: Thumbnail;
  source: number;
  name: string;
  size: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && thumbnail.rgba.length === source * source * 4)
      context.putImageData(new ImageData(thumbnail.rgba, source, source), 0, 0);
  }, [thumbnail, source]);
  return (
    <canvas
      ref={canvas}
      className="thumbnail"
      width={source}
      height={source}
      style={{ width: size, height: size }}
      title={name}
      role="img"
      aria-label={`An image of ${name}`}
    />
  );
}

/** A few images of a data set: one per class first. */
export function Thumbnails({
  summary,
  limit,
  size,
}: {
  summary: DatasetSummary;
  limit: number;
  size: number;
}) {
  const seen = new Map<number, number>();
  const ranked = summary.thumbnails
    .map((thumbnail) => {
      const turn = seen.get(thumbnail.label) ?? 0;
      seen.set(thumbnail.label, turn + 1);
      return { thumbnail, turn };
    })
    .sort((a, b) => a.turn - b.turn || a.thumbnail.label - b.thumbnail.label)
    .slice(0, limit);
  return (
    <div className="thumbnails">
      {ranked.map(({ thumbnail, turn }) => (
        <Picture
          key={`${summary.fingerprint}/${thumbnail.label}/${turn}`}
          thumbnail={thumbnail}
          source={summary.thumbnailSize}
          name={summary.classNames[thumbnail.label] ?? String(thumbnail.label)}
          size={size}
        />
      ))}
    </div>
  );
}
