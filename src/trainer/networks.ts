/** Trained networks as they leave the page. */

import type { Config } from '../core/config';
import type { Dataset } from '../data/dataset';
import type { NetworkBuild } from '../engine/layers';
import { readTensor } from '../engine/weights';
import type { KeptNetwork, NetworkItem } from '../worker/protocol';
import type { Lane } from './lane';
import type { Network } from './network';
import { TEACHER } from './plan';
import type { Scores } from './scores';

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
export async function networkItems(
  lanes: readonly Lane[],
  datasetOf: (lane: Lane) => Dataset,
): Promise<NetworkItem[]> {
  const items: NetworkItem[] = [];
  for (const lane of lanes) {
    const { method, students, ownTeachers, frozenTeacher } = lane.options;
    const network = students[0]!;
    const { classNames, groups, statistics } = datasetOf(lane);
    const teacher = (ownTeachers[0]?.network ?? frozenTeacher)?.choice;
    items.push({
      learner: lane.options.id,
      model: network.choice,
      method: {
        id: method.id,
        params: lane.params,
        phase: lane.spans[lane.phaseNumber]!.id,
        ...(teacher ? { teacher } : {}),
      },
      image: network.input.image,
      classNames,
      ...(groups ? { groups } : {}),
      tasks: lane.options.facts.tasks,
      mean: statistics.mean,
      std: statistics.std,
      tensors: [...(await tensorsOf(network.build, '')), ...(await tensorsOf(lane.extrasBuild, 'extras.'))],
    });
  }
  return items;
}

interface Keeping {
  readonly learner: string;
  readonly lanes: readonly Lane[];
  readonly teacher: Network;
  readonly scores: Scores;
  readonly about: { readonly name: string; readonly label: string; readonly config: Config };
}

/**
 * The first student of a lane, or the run's teacher, as the library keeps it: without what its method added.
 * Throws while it has not learned anything yet.
 */
export async function keptNetwork({ learner, lanes, teacher, scores, about }: Keeping): Promise<KeptNetwork> {
  const lane = lanes.find(({ options }) => options.id === learner);
  const network = lane ? lane.options.students[0]! : learner === TEACHER ? teacher : undefined;
  if (!network) throw new Error(`This run has no learner '${learner}'.`);
  if (lane && lane.step === 0) throw new Error(`${about.label} has not begun to learn. Keep it later.`);
  return { card: await scores.card(network, about), weights: await network.save() };
}
