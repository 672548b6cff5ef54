/** Hostile inputs of our own making get the verdict, the codes and the counts they must. */
import { describe, expect, it } from 'vitest';
import { ImportError } from '../../src/data/kit';
import { HOSTILE } from './support/hostile';
import { importThese } from './support/reading';

describe('hostile input made here', () => {
  it.each(HOSTILE.map((item) => [item.id, item] as const))('%s', { timeout: 10_000 }, async (_, item) => {
    const answer = await importThese(item.files(), { size: 8, channels: 0 }).catch((error: unknown) => error);
    if (item.verdict === 'reject') {
      expect(answer, item.why).toBeInstanceOf(ImportError);
      expect([(answer as ImportError).code], (answer as ImportError).message).toEqual(item.codes);
      expect((answer as ImportError).message.length).toBeGreaterThan(20);
      return;
    }
    expect(answer, item.why).not.toBeInstanceOf(Error);
    const raw = answer as Awaited<ReturnType<typeof importThese>>;
    expect(raw.skipped?.map(({ code }) => code) ?? []).toEqual(item.codes ?? []);
    if (item.samples !== undefined) expect(raw.labels.length).toBe(item.samples);
    if (item.classes) expect([...raw.classNames].sort()).toEqual([...item.classes].sort());
  });
});
