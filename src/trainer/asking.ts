/** What `begin` may ask between two steps: any network of the lane about any images. */
import type { Dataset } from '../data/dataset';
import { ops } from '../engine/ops/index';
import type { Tensor4D } from '../engine/types';
import { readTensor, tidy } from '../engine/weights';
import type { Asked, Midway } from '../methods/kit';
import type { Lane } from './lane';
import type { Network } from './network';

/** @param teacher undefined when it trains beside the students. */
export function betweenSteps(
  { shape, splits, statistics }: Dataset,
  teacher: Network | undefined,
  lane: Lane,
): Pick<Midway, 'extras' | 'image' | 'imagesOf' | 'compute'> {
  const { method, students } = lane.options;
  const image = [shape.height, shape.width, shape.channels] as const;
  const size = shape.height * shape.width * shape.channels;
  const { mean, std } = statistics;
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
  };
  return {
    extras: lane.extras,
    image,
    imagesOf(rows) {
      const values = new Float32Array(rows.length * size);
      for (let i = 0; i < rows.length; i++)
        for (let j = 0; j < size; j++) {
          const c = j % shape.channels;
          const pixel = splits.train.pixels[(rows[i] as number) * size + j] as number;
          values[i * size + j] = (pixel - mean[c]!) / std[c]!;
        }
      return values;
    },
    async compute(make) {
      lane.extrasBuild.training = false;
      const made = tidy(() => ops.mul(make(asked), 1));
      const values = await readTensor(made);
      made.dispose();
      return values;
    },
  };
}
