/** How costs grow: a step with its batch and with the number of images, an import with the number of files. */
import { Rng } from '../../../src/core/rng';
import { importFiles } from '../../../src/data/import';
import type { SourceFile } from '../../../src/data/kit';
import { type Net, netOf } from './nets';
import { bootOurs, checkDevice, replayedLoop } from './ours';
import { median } from './report';
import type { Growth, Series } from './types';

interface Setting {
  readonly count: number;
  /** Milliseconds of one go. */
  time(): Promise<number>;
}

/** Median milliseconds of every setting; goes are taken in turn, so that noise hits all alike. */
async function inTurn(settings: readonly Setting[], rounds: number): Promise<Series> {
  const times = settings.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, setting] of settings.entries()) times[i]?.push(await setting.time());
  return settings.map(({ count }, i) => ({ count, ms: median(times[i] ?? []) }));
}

/** Steps of one student of a net, from an idle queue to the end of the last one. */
async function stepsOf(net: Net, count: number, steps: number): Promise<Setting> {
  const { prepare, step, finish } = replayedLoop(net);
  await prepare();
  for (let i = 0; i < 2; i++) {
    step();
    await finish();
  }
  const time = async () => {
    const began = performance.now();
    for (let i = 0; i < steps; i++) step();
    await finish();
    return (performance.now() - began) / steps;
  };
  return { count, time };
}

/** A folder of pictures, none like another: two classes, as a drop gives them. */
async function folderOf(count: number): Promise<SourceFile[]> {
  const side = 28;
  const rng = new Rng(1, 'files');
  const context = new OffscreenCanvas(side, side).getContext('2d');
  if (!context) throw new Error('This browser draws no pictures in a worker.');
  const files: SourceFile[] = [];
  for (let i = 0; i < count; i++) {
    const picture = context.createImageData(side, side);
    for (let p = 0; p < picture.data.length; p++) picture.data[p] = p % 4 === 3 ? 255 : rng.below(256);
    context.putImageData(picture, 0, 0);
    files.push({ path: `set/class ${i % 2}/${i}.png`, blob: await context.canvas.convertToBlob() });
  }
  return files;
}

function importOf(files: readonly SourceFile[]): Setting {
  const time = async () => {
    const began = performance.now();
    const { labels } = await importFiles(
      files,
      { size: 28, channels: 0 },
      () => {},
      new AbortController().signal,
    );
    if (labels.length !== files.length)
      throw new Error(`${labels.length} of ${files.length} files were read.`);
    return performance.now() - began;
  };
  return { count: files.length, time };
}

/** @param quick fewer and smaller settings, to see that it runs. */
export async function measureGrowth(quick: boolean): Promise<Growth> {
  await bootOurs('condenser');
  const rounds = quick ? 1 : 5;
  const cnn = netOf('cnn');
  const batches: Setting[] = [];
  for (const batch of quick ? [2, 4] : [16, 64]) batches.push(await stepsOf({ ...cnn, batch }, batch, 3));
  const batch = await inTurn(batches, rounds);
  // Little arithmetic behind the gather, so that a gather that grows would show.
  const thin: Net = { kind: 'mlp', image: [28, 28, 1], batch: 64, share: 0, widths: [8] };
  const sets: Setting[] = [];
  for (const images of quick ? [256, 512] : [1024, 65_536])
    sets.push(await stepsOf({ ...thin, images }, images, quick ? 3 : 50));
  const images = await inTurn(sets, rounds);
  checkDevice();
  const folder = await folderOf(quick ? 20 : 2000);
  const parts = [folder.slice(0, folder.length / 10), folder].map(importOf);
  await parts[0]?.time();
  return { batch, images, files: await inTurn(parts, quick ? 1 : 3) };
}
