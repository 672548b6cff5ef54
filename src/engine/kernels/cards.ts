/** The page about kernels, from the cards in their files. Only the documentation loads this. */
import type { KernelCard } from './kernel';

const files = import.meta.glob<{ readonly card?: KernelCard }>(['./*.ts', '!./cards.ts'], { eager: true });

export const cards: readonly KernelCard[] = Object.values(files)
  .flatMap(({ card }) => (card ? [card] : []))
  .sort((a, b) => a.id.localeCompare(b.id, 'en'));

/** docs/kernels.md */
export const page = (): string =>
  [
    '<!-- Made by `npm run docs` from the cards in src/engine/kernels. Edit those. -->',
    '',
    '# Kernels',
    '',
    'Every kernel is WGSL with its shapes baked in, its gradient where it has one, and a plain float64 twin on the',
    'CPU that its tests compare it with. `direct` uses registers only, `tiled` workgroup memory; the adapter decides.',
    '',
    '| Kernel | What it does | Shapes | Forms |',
    '| --- | --- | --- | --- |',
    ...cards
      .map(({ id, summary, shapes, variants }) =>
        [id, summary, shapes, variants.join(', ')].map((text) => text.replaceAll('|', '\\|')).join(' | '),
      )
      .map((row) => `| ${row} |`),
    '',
  ].join('\n');
