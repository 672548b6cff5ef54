/** One animation frame for all charts: whoever changes numbers calls `invalidate`, every drawing runs once. */
import { curves } from '../../state/curves';

const drawings = new Set<() => void>();
let pending = 0;

export function invalidate(): void {
  if (pending) return;
  pending = requestAnimationFrame(() => {
    pending = 0;
    for (const draw of drawings) draw();
  });
}

/** Registers a drawing; it runs at once and with every frame that follows a change. */
export function onFrame(draw: () => void): () => void {
  drawings.add(draw);
  invalidate();
  return () => drawings.delete(draw);
}

curves.subscribe(invalidate);
