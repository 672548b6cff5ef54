/** Before the ranking learns: every network is probed, every task gets its queries, and the truth is measured. */
import type { Midway } from '../kit';
import { type BlackBoxes, counted, knowledgeOf } from './boundary';
import { boxesOf, encode, inEveryDomain } from './boxes';
import { type HeldOut, heldOut, meansOfQueries } from './held-out';
import { layOut, meansOf, picturesOf } from './lay-out';
import type { Extras, Memory } from './memory';
import type { Options } from './params';
import { accuracy, meanings } from './rules';
import { type Task, upTo } from './tasks';

/** Accuracy of every network on every task, `[tasks, nets]`, by what its outputs mean there. */
async function truthOf(boxes: BlackBoxes, tasks: readonly Task[], held: HeldOut): Promise<Float32Array> {
  const { classes, count } = boxes;
  const answers = await boxes.same(held.images, upTo(count));
  const n = answers.length / count / classes;
  const out = new Float32Array(tasks.length * count);
  for (const [t, task] of tasks.entries()) {
    const rows = task.classes.flatMap((c, y) => held.at(task.domain, c).map((row) => [row, y] as const));
    const labels = rows.map(([, y]) => y);
    for (const net of upTo(count)) {
      const said = new Float32Array(rows.length * classes);
      for (const [i, [row]] of rows.entries()) {
        const from = (net * n + row) * classes;
        said.set(answers.subarray(from, from + classes), i * classes);
      }
      out[t * count + net] = accuracy(said, labels, meanings(said, labels, classes));
    }
  }
  return out;
}

/** Fills all tables that the ranking learns from. Reads weights of no network: the zoo only answers. */
export async function study(pass: Midway<Extras>, memory: Memory, params: Options): Promise<void> {
  const { zoo, tasks } = memory;
  const open = boxesOf(pass, memory);
  const { boxes, questions } = counted(open);
  const probes = await inEveryDomain(pass, pass.imagesOf(memory.rows.probes));
  const known = await knowledgeOf(boxes, probes, params);
  const inAll = probes.length / boxes.size;
  memory.questions.fill(Float32Array.from([inAll, questions[0]! - inAll]));
  memory.pictures.fill(await picturesOf(pass, known, zoo));
  const width = memory.center.length;
  const mean = async (images: Float32Array) =>
    meansOf(await encode(pass, memory, images), width, known.typical);
  const nodesOnly = params.knowledge === 'nodes';
  memory.models.fill(layOut(await mean(known.nodes), await mean(known.borders), zoo, nodesOnly));
  const held = await heldOut(pass, memory);
  const encoded = await encode(pass, memory, held.images);
  memory.queries.fill(meansOfQueries(tasks, encoded, held, params.shots, pass.uniform));
  memory.truth.fill(await truthOf(open, tasks, held));
}
