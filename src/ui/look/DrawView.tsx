import { useEffect, useRef, useState } from 'react';
import { percent } from '../../core/format';
import { softmax } from '../../core/logits';
import { useDataset } from '../../state/dataset';
import { forgetPicture, showPicture, useLook } from '../../state/look';
import { fetchPictures, loadSamples, useSamples } from '../../state/samples';
import { useClassNames, useNames } from '../hooks';
import { Button, clearPad, Pad, pixelsOf, Segments, SwitchField } from '../kit';
import { Picture } from '../panels/Picture';
import { Swatch } from '../Swatch';
import { LiveCamera } from './LiveCamera';

const BARS = 3;

/** Most probable classes of one learner. */
function Answer({ learner, logits }: { learner: string; logits: Float32Array }) {
  const names = useNames();
  const [key = '', seed] = learner.split('/');
  const classNames = useClassNames(key);
  const p = softmax(logits, logits.length);
  const ranked = [...p.keys()].sort((a, b) => p[b]! - p[a]!).slice(0, BARS);
  return (
    <section className="answer" aria-label={`Answer of ${names.label(key)}`}>
      <h4>
        <Swatch look={names.look(key)} />
        <span className="answer-learner">
          {names.label(key)}
          {seed && seed !== '1' ? `, seed ${seed}` : ''}
        </span>
      </h4>
      <ol className="answer-bars">
        {ranked.map((index) => (
          <li key={index}>
            <span className="answer-name" title={classNames[index]}>
              {classNames[index] ?? index}
            </span>
            <span className="answer-bar">
              <span
                style={{ width: percent(p[index]!), '--learner': names.color(key) } as React.CSSProperties}
              />
            </span>
            <span className="number">{percent(p[index]!)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** True when the data are dark images: a drawing should be light on dark then. */
function useDarkGround(): boolean {
  const thumbnails = useDataset((data) => data.current?.thumbnails);
  const bytes = thumbnails?.[0]?.rgba;
  if (!bytes?.length) return true;
  const sum = bytes.reduce((total, value, i) => (i % 4 === 3 ? total : total + value), 0);
  return sum / (0.75 * bytes.length) < 128;
}

/** Draws a test image onto the pad, to change it. */
async function putImage(canvas: HTMLCanvasElement | null): Promise<void> {
  await loadSamples();
  const index = useSamples.getState().items[0]?.index ?? [];
  const row = index[Math.floor(Math.random() * index.length)] ?? 0;
  await fetchPictures([row]);
  const rgba = useSamples.getState().pictures.get(row);
  const shape = useDataset.getState().current?.shape;
  const context = canvas?.getContext('2d', { willReadFrequently: true });
  if (!rgba || !shape || !canvas || !context) return;
  const small = document.createElement('canvas');
  [small.width, small.height] = [shape.width, shape.height];
  small.getContext('2d')?.putImageData(new ImageData(rgba, shape.width, shape.height), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

function Drawing() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const suggested = useDarkGround();
  const [chosen, setDark] = useState<boolean>();
  const dark = chosen ?? suggested;
  const [ground, ink] = dark ? ['#000', '#fff'] : ['#fff', '#000'];
  const tell = () => {
    const drawn = pixelsOf(canvas.current);
    if (drawn) void showPicture(drawn);
  };
  return (
    <div className="stack">
      <Pad
        canvas={canvas}
        label="Drawing; what the learners answer to it stands beside it"
        ground={ground}
        ink={ink}
        pen={22}
        onDraw={tell}
      />
      <div className="sweep-axis">
        <Button
          size="small"
          onClick={() => {
            clearPad(canvas.current, ground);
            forgetPicture();
          }}
        >
          Clear
        </Button>
        <Button size="small" tone="quiet" onClick={() => void putImage(canvas.current).then(tell)}>
          Begin with an image of the data
        </Button>
        <SwitchField label="Light on dark" value={dark} onChange={setDark} />
      </div>
    </div>
  );
}

/** A drawing or the camera's picture, and what every learner answers to it. */
export function DrawView() {
  const [source, setSource] = useState<'pad' | 'camera'>('pad');
  const picture = useLook((look) => look.picture);
  const error = useLook((look) => look.error);
  const asking = useLook((look) => look.busy === 'picture');
  const shape = useDataset((data) => data.current?.shape);
  useEffect(() => forgetPicture, []);
  return (
    <div className="stack">
      <Segments
        label="Where the picture comes from"
        value={source}
        options={[
          { value: 'pad', label: 'Drawing' },
          { value: 'camera', label: 'Camera' },
        ]}
        onChange={setSource}
      />
      <div className="draw">
        <div>
          {source === 'pad' ? <Drawing /> : <LiveCamera onFrame={(frame) => void showPicture(frame)} />}
          <p className="quiet">Nothing leaves this page; pictures are forgotten when you close this view.</p>
        </div>
        <div className="stack">
          {error && (
            <p className="note" role="alert">
              {error}
            </p>
          )}
          {picture && shape ? (
            <>
              <div className="loupe">
                <Picture
                  rgba={picture.seen}
                  width={shape.width}
                  height={shape.height}
                  size={72}
                  label="The picture as the learners see it"
                />
                <p className="quiet">
                  As the learners see it. They know only their own classes and must choose one.
                </p>
              </div>
              {picture.items.map((item) => (
                <Answer key={item.learner} {...item} />
              ))}
            </>
          ) : (
            <p className="quiet" role="status">
              {asking
                ? 'Asking every learner for the first time…'
                : 'Draw, and every learner answers here as you go.'}
            </p>
          )}
        </div>
      </div>
    </div>
  );
}
