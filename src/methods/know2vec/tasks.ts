/** What the networks of a zoo are trained on: a few classes each, seen as they are or changed. Plain numbers. */

/** Ways in which images are seen; see `domains.ts`. */
export const DOMAINS = 4;
/** Draws per task before the rest is listed in order. */
const TRIES = 40;

export interface Task {
  /** In rising order; output j of a network means the j-th of them. */
  readonly classes: readonly number[];
  readonly domain: number;
}

export interface Zoo {
  /** Classes of each task. */
  readonly perTask: number;
  readonly tasks: number;
  /** Tasks that the ranking never learns from: the first ones. */
  readonly unseen: number;
  /** Unseen tasks that together hold the run's classes, as they are: the first of them. */
  readonly groups: number;
  /** Networks of each task, from different starts. Network `m` is of task `floor(m / copies)`. */
  readonly copies: number;
  /** Networks that are trained in the run. */
  readonly trained: number;
  /** All: behind those come kept networks, which are of no task. */
  readonly nets: number;
}

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Subsets of `k` out of `n`. */
const subsets = (n: number, k: number): number =>
  upTo(k).reduce((product, i) => (product * (n - i)) / (i + 1), 1);

/** The zoo of a run with so many classes: fewer tasks where there are not so many different ones. */
export function zooOf(
  params: { readonly tasks: number; readonly perTask: number; readonly copies: number },
  classes: number,
  guests = 0,
): Zoo {
  const perTask = Math.min(params.perTask, classes);
  const tasks = Math.min(params.tasks, Math.round(subsets(classes, perTask)) * DOMAINS);
  const unseen = Math.max(1, Math.round(tasks / 3));
  const groups = Math.min(Math.ceil(classes / perTask), unseen);
  const { copies } = params;
  const trained = tasks * copies;
  return { perTask, tasks, unseen, groups, copies, trained, nets: trained + guests };
}

/** The task of a network; of a kept one none, a number past the last. */
export const taskOf = (zoo: Pick<Zoo, 'copies'>, net: number): number => Math.floor(net / zoo.copies);

/** Networks that the ranking learns from: of seen tasks, without the last copy where there are several. */
export const learntFrom = ({ trained, copies, unseen }: Zoo): number[] =>
  upTo(trained).filter((m) => taskOf({ copies }, m) >= unseen && (copies === 1 || m % copies < copies - 1));

/** Every subset in order. */
function* combinations(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) yield [];
  else
    for (let i = from; i <= n - k; i++) for (const rest of combinations(n, k - 1, i + 1)) yield [i, ...rest];
}

const keyOf = ({ classes, domain }: Task): string => `${classes.join(',')}/${domain}`;

/** `k` different numbers below `n` in rising order, by uniform numbers. */
function draw(numbers: ArrayLike<number>, n: number, k: number): number[] {
  const left = upTo(n);
  const chosen = upTo(k).map((i) => left.splice(Math.floor((numbers[i] as number) * left.length), 1)[0]!);
  return chosen.sort((a, b) => a - b);
}

/**
 * Different tasks: first groups of all classes as they are, the last one filled up, then any.
 * @param uniform numbers in [0, 1) by name.
 */
export function drawTasks(
  uniform: (name: string, n: number) => Float32Array,
  classes: number,
  { perTask, tasks, groups }: Zoo,
): Task[] {
  const order = permuted(uniform('groups', classes));
  const found = new Map<string, Task>();
  const add = (task: Task) => {
    if (found.size < tasks) found.set(keyOf(task), task);
  };
  for (let g = 0; g < groups; g++) {
    const members = upTo(perTask).map((i) => order[(g * perTask + i) % classes]!);
    add({ classes: members.sort((a, b) => a - b), domain: 0 });
  }
  const width = perTask + 1;
  const numbers = uniform('tasks', TRIES * tasks * width);
  for (let at = 0; at < numbers.length && found.size < tasks; at += width)
    add({
      classes: draw(numbers.subarray(at, at + perTask), classes, perTask),
      domain: Math.floor(numbers[at + perTask]! * DOMAINS),
    });
  if (found.size < tasks)
    for (const subset of combinations(classes, perTask))
      for (const domain of upTo(DOMAINS)) add({ classes: subset, domain });
  return [...found.values()];
}

/** 0 .. n - 1 in the order of `keys`. */
export const permuted = (keys: ArrayLike<number>): number[] =>
  upTo(keys.length).sort((a, b) => (keys[a] as number) - (keys[b] as number));
