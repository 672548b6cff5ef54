import { useEffect, useState } from 'react';
import { useDataset } from '../../state/dataset';
import { importFiles } from '../../state/session';
import { Icon } from '../kit';
import { droppedFiles } from './read';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Takes files dropped anywhere; while they hover, the whole window is the target. */
export function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      droppedFiles(event.dataTransfer).then(importFiles, (error: unknown) =>
        useDataset.setState({
          refused: { code: 'READ', message: `The drop could not be read: ${String(error)}` },
        }),
      );
    };
    const handlers = { dragenter: enter, dragleave: leave, dragover: hover, drop } as const;
    for (const [type, handler] of Object.entries(handlers)) addEventListener(type as 'drop', handler);
    return () => {
      for (const [type, handler] of Object.entries(handlers)) removeEventListener(type as 'drop', handler);
    };
  }, []);
  if (!over) return null;
  return (
    <div className="drop-target">
      <div>
        <Icon name="images" size={40} />
        <p className="drop-title">Drop to look at your images</p>
        <p>
          A folder per class, a zip of one, or an image and label file pair. Nothing leaves this computer.
        </p>
      </div>
    </div>
  );
}
