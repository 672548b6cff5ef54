/** The ranking in use: which network serves each group of the run's classes, by each rule, and what it answers. */
import type { Midway } from '../kit';
import { boxesOf } from './boxes';
import { marksOf, queriesOf, type Rule } from './marks';
import { type Extras, type Memory, RULES } from './memory';
import type { Options } from './params';
import { highest, meanings, translated } from './rules';
import { upTo } from './tasks';

/** Training images that are asked about at once. */
const AT_ONCE = 512;

/** Chooses a network for each group and asks it about every training image. */
export async function advise(pass: Midway<Extras>, memory: Memory, params: Options): Promise<void> {
  const { groups, perTask } = memory.zoo;
  const queries = await queriesOf(pass, memory, params.shots);
  const marks = await marksOf(pass, memory, params, queries);
  const truth = marks.best;
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const reached = RULES.map((rule) =>
    rule === 'random'
      ? mean(truth.flat())
      : mean(upTo(groups).map((g) => truth[g]![highest(marks[rule][g]!)]!)),
  );
  memory.picks.fill(Float32Array.from(reached));
  const boxes = boxesOf(pass, memory);
  const chosen = upTo(groups).map((g) => highest(marks[params.choose as Rule][g]!));
  const answers = new Float32Array(pass.samples * groups * perTask);
  const meaning: Float32Array[] = [];
  for (const [g, { images, labels }] of queries.entries())
    meaning.push(meanings(await boxes.same(images, [chosen[g]!]), labels, perTask));
  for (let from = 0; from < pass.samples; from += AT_ONCE) {
    const rows = upTo(Math.min(AT_ONCE, pass.samples - from)).map((i) => from + i);
    const images = pass.imagesOf(rows);
    for (const g of upTo(groups)) {
      const said = translated(await boxes.same(images, [chosen[g]!]), meaning[g]!, perTask);
      for (const i of rows.keys())
        answers.set(said.subarray(i * perTask, (i + 1) * perTask), ((from + i) * groups + g) * perTask);
    }
  }
  memory.answers.fill(answers);
}
