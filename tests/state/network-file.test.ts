import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ready } from '../../src/share/catalogue';
import { readSafetensors } from '../../src/share/safetensors';
import type { NetworkFormat } from '../../src/share/snippets';
import { aboutRun, networkArchive, networkFiles } from '../../src/state/network-file';
import type { NetworkItem } from '../../src/worker/protocol';

const zeros = (name: string, ...shape: number[]) => ({
  ...{ name, shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
});

const item: NetworkItem = {
  learner: 's1/2',
  model: { id: 'mlp', params: { width: 4, layers: 1 } },
  method: { id: 'labels-only', params: {} },
  image: [2, 3, 1],
  classNames: ['cat', 'dög'],
  mean: [100],
  std: [50],
  tensors: [
    zeros('stage1/weight', 6, 4),
    zeros('stage1/bias', 4),
    zeros('head/weight', 4, 2),
    zeros('head/bias', 2),
  ],
};
const latest = new Map([['s1/2 test', { metrics: { accuracy: 0.75 } }]]);
const about = aboutRun(ready, latest, 's1/2');
const only = (format: NetworkFormat): Uint8Array<ArrayBuffer> =>
  networkFiles(item, 'net', format, about)[`net.${format}`]!;

/** The entries of `metadata_props` (field 14) of an ONNX file, read by the wire format alone. */
function onnxMetadata(file: Uint8Array): Record<string, string> {
  const out: Record<string, string> = {};
  const fields = (bytes: Uint8Array, visit: (field: number, value: Uint8Array) => void): void => {
    let at = 0;
    const varint = (): number => {
      let value = 0;
      for (let shift = 1; ; shift *= 128) {
        const byte = bytes[at++]!;
        value += (byte & 127) * shift;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.length) {
      const key = varint();
      if (key % 8 === 0) varint();
      else {
        const length = varint();
        visit(key >> 3, bytes.subarray(at, at + length));
        at += length;
      }
    }
  };
  fields(file, (field, value) => {
    if (field !== 14) return;
    const pair: string[] = [];
    fields(value, (i, text) => {
      pair[i - 1] = new TextDecoder().decode(text);
    });
    out[pair[0]!] = pair[1]!;
  });
  return out;
}

describe('network files', () => {
  it.each(['onnx', 'tfjs', 'safetensors'] as const)(
    '%s tells what the network needs and comes from',
    async (format) => {
      let texts: Readonly<Record<string, string>>;
      if (format === 'tfjs') {
        const files = networkFiles(item, 'net', 'tfjs', about);
        const { weightsManifest, ...rest } = JSON.parse(new TextDecoder().decode(files['net/model.json']));
        const weightData = files['net/weights.bin']!.buffer;
        const model = await loadGraphModel({
          load: async () => ({ ...rest, weightSpecs: weightsManifest[0].weights, weightData }),
        });
        texts = model.metadata as Record<string, string>;
        expect(model.inputs[0]).toMatchObject({ name: 'pixels', shape: [-1, 2, 3, 1] });
      } else
        texts =
          format === 'onnx' ? onnxMetadata(only('onnx')) : readSafetensors(only('safetensors')).metadata;
      expect(JSON.parse(texts['classes']!)).toEqual(['cat', 'dög']);
      expect(JSON.parse(texts['image']!)).toEqual([2, 3, 1]);
      expect([texts['mean'], texts['std']]).toEqual(['[100]', '[50]']);
      expect(JSON.parse(texts['metrics']!)).toEqual({ test: { accuracy: 0.75 } });
      expect(JSON.parse(texts['config']!)).toEqual(ready);
      expect(texts['setup']).toMatch(/^#c=1\./);
    },
  );

  it('refuses weights that are not those of the network, and names them', () => {
    const wrong = { ...item, tensors: item.tensors.slice(1) };
    expect(() => networkFiles(wrong, 'net', 'onnx', {})).toThrow("'stage1/weight' is missing");
  });

  it('keeps networks of one name apart and explains itself', () => {
    const archive = unzipSync(
      networkArchive(
        [item, item],
        'tfjs',
        () => 'kd-1',
        () => ({}),
      ),
    );
    expect(Object.keys(archive).sort()).toEqual([
      ...['README.txt', 'kd-1-x/model.json', 'kd-1-x/weights.bin', 'kd-1/model.json', 'kd-1/weights.bin'],
    ]);
    expect(new TextDecoder().decode(archive['README.txt'])).toContain('loadGraphModel');
  });
});
