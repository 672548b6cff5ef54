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
    'CPU that its tests compare it with.',
    '',
    'A kernel has up to four forms. `direct` uses registers only, `tiled` workgroup memory; in `subgroup` invocations',
    'exchange values within subgroups of any size before they use memory; `half` is `tiled` with operands rounded to',
    '16 bit floats and sums in 32 bits. Software adapters take `direct`, others `tiled`, or what was measured to be',
    'faster: before the first step of a run every new pair of kernel and size (within a factor of two) is timed in',
    'its forms, for at most 0.3 s in all. An answer is kept in this browser for good, also that there was no time to',
    'measure, so that runs of one set-up do the same arithmetic on one machine. `half` is never measured against',
    'the others, because its results differ: it is used for products when half precision is turned on.',
    '',
    'In the address of the page, `?variant=direct|tiled|subgroup|half` forces a form on all kernels that have it,',
    '`?tuning=on|off` turns measuring on or off, and `?half=on` turns half precision on where the adapter has 16 bit',
    'floats. The device panel names the forms in use.',
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
