import { useEffect, useState } from 'react';
import { useDataset } from '../../state/dataset';
import { importFiles } from '../../state/session';
import { Icon } from '../kit';
import { droppedFiles } from './read';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Request number of a drop that is still being walked through; the worker counts from 1. */
const WALKING = 0;

async function take(transfer: DataTransfer): Promise<void> {
  try {
    const found = droppedFiles(transfer);
    useDataset.setState({ importing: { request: WALKING, done: 0, total: 0 }, refused: undefined });
    const files = await found;
    // Cancelled meanwhile: nothing to do.
    if (useDataset.getState().importing?.request === WALKING) await importFiles(files);
  } catch (error) {
    const message = `The drop could not be read: ${error instanceof Error ? error.message : String(error)}`;
    useDataset.setState({ importing: undefined, refused: { code: 'READ', message } });
  }
}

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
      void take(event.dataTransfer);
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
          A folder per class, a zip of one, a Parquet file, or pictures with a list of labels. Nothing leaves
          this computer.
        </p>
      </div>
    </div>
  );
}
