/** What `begin` may ask between two steps: any network of the lane about any images. */
import type { Dataset } from '../data/dataset';
import { ops } from '../engine/ops/index';
import type { Tensor4D } from '../engine/types';
import { readTensor, tidy } from '../engine/weights';
import type { Asked, Midway } from '../methods/kit';
import type { Evaluator } from './evaluate';
import type { Lane } from './lane';
import type { Network } from './network';

/** Images by row as networks see them, unaugmented: row-major `[n, h, w, c]`. */
export function standardised(
  { shape, statistics: { mean, std } }: Dataset,
  pixels: Uint8Array,
  rows: ArrayLike<number>,
): Float32Array {
  const size = shape.height * shape.width * shape.channels;
  const values = new Float32Array(rows.length * size);
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < size; j++) {
      const c = j % shape.channels;
      const pixel = pixels[(rows[i] as number) * size + j] as number;
      values[i * size + j] = (pixel - mean[c]!) / std[c]!;
    }
  return values;
}

/** @param teacher undefined when it trains beside the students. */
export function betweenSteps(
  dataset: Dataset,
  evaluator: Evaluator,
  teacher: Network | undefined,
  lane: Lane,
): Pick<Midway, 'extras' | 'image' | 'imagesOf' | 'compute'> {
  const { shape } = dataset;
  const { method, students, guests = [] } = lane.options;
  const seen = method.roles?.images ?? 'train';
  const image = [shape.height, shape.width, shape.channels] as const;
  const size = shape.height * shape.width * shape.channels;
  const asked: Asked = {
    images: (values) => ops.reshape(ops.tensor1d(values), [values.length / size, ...image]) as Tensor4D,
    teacher(images) {
      if (!teacher) throw new Error(`${method.name} asks a teacher that this run does not train first.`);
      return teacher.forward(images, false);
    },
    student(images, i = 0) {
      const student = students[i];
      if (!student) throw new Error(`${method.name} asks student ${i + 1} of ${students.length}.`);
      return student.forward(images, false);
    },
    guest(images, i) {
      const guest = guests[i];
      if (!guest) throw new Error(`${method.name} asks guest ${i + 1} of ${guests.length}.`);
      return guest.forward(images, false);
    },
  };
  return {
    extras: lane.extras,
    image,
    imagesOf: (rows) => standardised(dataset, evaluator.pixels(seen), rows),
    async compute(make) {
      lane.extrasBuild.training = false;
      const made = tidy(() => ops.mul(make(asked), 1));
      const values = await readTensor(made);
      made.dispose();
      return values;
    },
  };
}
