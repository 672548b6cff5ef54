import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/data/crc';
import { Fingerprint } from '../../src/data/fingerprint';
import { openInput, stemOf } from '../../src/data/inputs';
import { compareNames, isJunk, unsafePath } from '../../src/data/names';
import { parseTable } from '../../src/data/table';
import { memoryFile } from './support/files';

describe('gzip on the way in', () => {
  const packed = new Uint8Array(gzipSync(Buffer.from('hello '.repeat(2000))));

  it('is told by its first bytes and inflated on demand', async () => {
    const input = await openInput(memoryFile('a\\b\\t.tgz', packed));
    expect(input.path).toBe('a/b/t.tar');
    expect((await input.bytes()).length).toBe(12_000);
    expect((await input.head()).length).toBe(4096);
    const plain = await openInput(memoryFile('x.gz', 'not packed'));
    expect([plain.path, (await plain.bytes()).length]).toEqual(['x.gz', 10]);
  });

  it('says whether it was cut or damaged', async () => {
    const read = async (data: Uint8Array<ArrayBuffer>) => (await openInput(memoryFile('x.gz', data))).bytes();
    await expect(read(packed.slice(0, -20))).rejects.toMatchObject({ code: 'TRUNCATED' });
    await expect(read(packed.map((b, i) => (i === packed.length - 6 ? b ^ 255 : b)))).rejects.toMatchObject({
      code: 'CORRUPT',
    });
  });

  it('stops at a bomb', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(80 * 2 ** 20)));
    await expect((await openInput(memoryFile('x.gz', bomb))).bytes()).rejects.toMatchObject({ code: 'BOMB' });
  });
});

describe('names', () => {
  it('of litter are known, and a folder called . is none', () => {
    for (const path of [
      '.DS_Store',
      'a/._x.png',
      '__MACOSX/a.png',
      'a/Thumbs.db',
      '.git/a.png',
      'node_modules/a.png',
    ])
      expect(isJunk(path), path).toBe(true);
    for (const path of ['a/b.png', './b.png', ' /b.png', 'a.b/c.png']) expect(isJunk(path), path).toBe(false);
  });

  it('that leave the archive are refused', () => {
    const bad = ['../a', 'a/../../b', '/a', 'C:/a', 'a\0.png', `${'d/'.repeat(70)}x`, 'n'.repeat(5000)];
    for (const path of bad) expect(unsafePath(path), path.slice(0, 20)).toBeTruthy();
    for (const path of ['a/b.png', 'a..b/c', '...', './a']) expect(unsafePath(path), path).toBeUndefined();
  });

  it('sort by number, then by code unit', () => {
    const sorted = ['b', 'a10', 'a9', 'a', 'B', 'a9b'].sort(compareNames);
    expect(sorted).toEqual(['B', 'a', 'a9', 'a9b', 'a10', 'b']);
  });

  it('of a set lose their archive endings', () => {
    expect(['x/mnist.npz', 'a.tar.gz', 'b.tgz', '.gz'].map(stemOf)).toEqual(['mnist', 'a', 'b', 'images']);
  });
});

describe('checksums', () => {
  it('CRC-32 has its published check value', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('a fingerprint does not depend on how the bytes are handed over', () => {
    const data = Uint8Array.from({ length: 1003 }, (_, i) => (i * 91) & 255);
    const whole = new Fingerprint().bytes(data).digest();
    for (const step of [1, 2, 3, 5, 64, 257]) {
      const parts = new Fingerprint();
      for (let at = 0; at < data.length; at += step) parts.bytes(data.subarray(at, at + step));
      expect(parts.digest(), `${step}`).toBe(whole);
    }
  });

  it('a fingerprint sees every bit, the length, and where a text ends', () => {
    const data = new Uint8Array(70);
    const prints = new Set([
      new Fingerprint().bytes(data).digest(),
      new Fingerprint().bytes(data.subarray(1)).digest(),
    ]);
    for (let bit = 0; bit < 560; bit++) {
      const changed = data.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      prints.add(new Fingerprint().bytes(changed).digest());
    }
    expect(prints.size).toBe(562);
    expect(new Fingerprint().text('ab').text('c').digest()).not.toBe(
      new Fingerprint().text('a').text('bc').digest(),
    );
  });
});

describe('tables', () => {
  it('read quotes, line breaks and other separators', () => {
    expect(parseTable('a;b\r\n"x;""y""\n";2\r\n\r\n', 't')).toEqual([
      ['a', 'b'],
      ['x;"y"\n', '2'],
    ]);
    expect(parseTable('a\tb\n1\t', 't')).toEqual([
      ['a', 'b'],
      ['1', ''],
    ]);
    expect(() => parseTable('a,"b', 't')).toThrow(/never closed/);
  });
});
