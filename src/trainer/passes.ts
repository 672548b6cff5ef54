/** The passes of a lane's networks over images, as one step or one prediction asks for them. */
import type { Hooks, NetOutput, Tensor4D } from '../engine/types';
import type { Forward } from '../methods/kit';
import type { Fixed, LaneOptions } from './contract';
import { runsTraining, trains } from './group';
import type { Network } from './network';
import { lazyOutput } from './outputs';
import type { Span } from './phases';

/** How networks of one kind run unless a pass says otherwise. */
export interface Mode {
  /** Whether batch norms use the batch. */
  readonly training: boolean;
  /** Whether the first pass in training mode moves the statistics. */
  readonly moves: boolean;
}

interface Made {
  readonly network: Network;
  readonly images: Tensor4D;
  readonly training: boolean;
  readonly hooks: Hooks | undefined;
  readonly answer: NetOutput;
}

const INFERENCE: Mode = { training: false, moves: false };

/** How a lane's networks run. A frozen teacher never learns. */
interface Modes {
  /** By number. */
  readonly students: (number: number) => Mode;
  readonly teachers: (number: number) => Mode;
}

export const EVALUATION: Modes = { students: () => INFERENCE, teachers: () => INFERENCE };

/** As the phase says. @param update false while a step is repeated. @param fixed networks that never learn. */
export function modesIn(phase: Span, update: boolean, fixed?: Fixed): Modes {
  const mode = (training: boolean): Mode => ({ training, moves: training && update });
  return {
    students: (number) => mode(!fixed?.students.has(number) && runsTraining(number, phase)),
    teachers: (number) => mode(!fixed?.teachers.has(number) && trains('teacher', phase)),
  };
}

export class Passes {
  private readonly made: Made[] = [];
  private readonly moved = new Set<Network>();
  private readonly lane: Pick<LaneOptions, 'students' | 'ownTeachers' | 'frozenTeacher'>;
  private readonly modes: Modes;

  constructor(lane: Passes['lane'], modes: Modes) {
    this.lane = lane;
    this.modes = modes;
  }

  /** Equal passes are made once. Throws when there is no such network. */
  readonly forward: Forward = (images, { student = 0, teacher, training, hooks } = {}) => {
    const { network, mode } = teacher === undefined ? this.student(student) : this.teacher(teacher);
    return this.pass(network, mode, images, training ?? mode.training, hooks);
  };

  private student(i: number) {
    const network = this.lane.students[i];
    if (!network) throw new Error(`There is no student ${i}.`);
    return { network, mode: this.modes.students(i) };
  }

  private teacher(which: number | true) {
    const { frozenTeacher, ownTeachers } = this.lane;
    if (which === true && frozenTeacher) return { network: frozenTeacher, mode: INFERENCE };
    const number = Number(which !== true && which);
    const own = ownTeachers[number];
    if (!own) throw new Error('There is no such teacher to run.');
    return { network: own.network, mode: this.modes.teachers(number) };
  }

  private pass(
    network: Network,
    mode: Mode,
    images: Tensor4D,
    training: boolean,
    hooks: Hooks | undefined,
  ): NetOutput {
    const before = this.made.find(
      (made) =>
        made.network === network &&
        made.images === images &&
        made.training === training &&
        made.hooks === hooks,
    );
    if (before) return before.answer;
    const moves = mode.moves && training && !this.moved.has(network);
    if (moves) this.moved.add(network);
    const answer = network.forward(images, training, moves, hooks);
    this.made.push({ network, images, training, hooks, answer });
    return answer;
  }

  /** What every student answers to these images; each is asked when its answer is first read. */
  readonly answers = (images: Tensor4D): readonly NetOutput[] =>
    this.lane.students.map((_, student) => lazyOutput(() => this.forward(images, { student })));

  /** The same of the lane's own teachers. */
  readonly teacherAnswers = (images: Tensor4D): readonly NetOutput[] =>
    this.lane.ownTeachers.map((_, teacher) => lazyOutput(() => this.forward(images, { teacher })));
}
