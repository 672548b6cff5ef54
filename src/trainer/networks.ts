/** Trained networks as they leave the page. */
import type { Dataset } from '../data/dataset';
import type { NetworkBuild } from '../engine/layers';
import { readTensor } from '../engine/weights';
import type { NetworkItem } from '../worker/protocol';
import type { Lane } from './lane';

async function tensorsOf(build: NetworkBuild, prefix: string): Promise<NetworkItem['tensors']> {
  return Promise.all(
    build.entries().map(async ([name, variable]) => ({
      name: `${prefix}${name}`,
      shape: variable.shape,
      data: await readTensor(variable),
    })),
  );
}

/** Weights of the first student of each lane, and of what its method adds to it. */
export async function networkItems(lanes: readonly Lane[], dataset: Dataset): Promise<NetworkItem[]> {
  const { classNames, statistics } = dataset;
  const items: NetworkItem[] = [];
  for (const lane of lanes) {
    const { method, students, ownTeacher, frozenTeacher } = lane.options;
    const network = students[0]!;
    const teacher = (ownTeacher ?? frozenTeacher)?.choice;
    items.push({
      learner: lane.options.id,
      model: network.choice,
      method: { id: method.id, params: lane.params, ...(teacher ? { teacher } : {}) },
      image: network.input.image,
      classNames,
      mean: statistics.mean,
      std: statistics.std,
      tensors: [...(await tensorsOf(network.build, '')), ...(await tensorsOf(lane.extrasBuild, 'extras.'))],
    });
  }
  return items;
}
