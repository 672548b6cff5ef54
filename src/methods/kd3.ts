import { chooseFor, remember } from './kd3/epoch';
import { panels } from './kd3/panels';
import { params } from './kd3/params';
import { pictures } from './kd3/pictures';
import { terms } from './kd3/run';
import { answersOf, grow } from './kd3/shared';
import { defineMethod } from './kit';

/** Tang et al. 2023: distillation on images from elsewhere. */
export default defineMethod({
  id: 'kd3',
  name: 'KD³ (shifted pool)',
  family: 'features',
  paper: {
    title: 'Distribution Shift Matters for Knowledge Distillation with Webly Collected Images',
    authors: 'Jialiang Tang, Shuo Chen, Gang Niu, Masashi Sugiyama, Chen Gong',
    venue: 'ICCV',
    year: 2023,
    url: 'https://arxiv.org/abs/2307.11469',
  },
  summary:
    'No training data, only a messy pool: keeps images both networks are sure of, and fits features to the teacher’s own classifier.',
  formula: String.raw`\begin{aligned} L &= \overline{w_i\,(R(F_s)-F_t)^2} + m\,\big(\mathrm{NTXent}_s + \mathrm{NTXent}_t\big),\quad w_i=\sigma\big(\Vert z_s-z_t\Vert\big),\quad z_s = W_t^\top\,\overline{R(F_s)}+b_t\\ \text{kept: } & \max_k p_i > 0.95\,\tfrac{r}{2-r},\quad p_i=\sigma\big(a z_t+(1-a)z_s\big) \end{aligned}`,
  fidelity: 'adapted',
  deviations:
    'What answers, and what is saved, is the student with the transfer module and the teacher’s classifier; the number of parameters on the page leaves those two out. Images that are not kept still pass through, for the batch norms and as partners of a mixture, and weigh 0 in the losses of the epoch; the released code takes them out of the batches. The choice looks at images as they are, not cropped and flipped at random. The schedule of 240 epochs is stretched to the length of the run. A head that reads a grid of cells gets that grid from the module, any other head its embedding as one cell; features below 0, as those of transformers, are out of the module’s reach. Mixed images leave the running statistics of batch norms alone, and those of the module move twice in a step. One learning rate and the page’s optimiser for all parts.',
  params,
  terms: { match: 'Teacher', student: 'Contrast, student', teacher: 'Contrast, teacher' },
  roles: { images: 'pool', trained: true },
  panels,
  extras: grow,
  async prepare(pass) {
    const { logits } = await pass.teacherOutputs();
    return remember(pass, logits);
  },
  blank: (pass) => remember(pass),
  async begin(_phase, pass) {
    const { extras, held } = pass;
    const { kernel, bias } = await pass.teacherHead();
    held.write(extras.kernel, kernel);
    held.write(extras.bias, bias);
  },
  epoch: chooseFor,
  losses: terms,
  predict: (step) =>
    step.params.match === 'features' ? answersOf(step, step.student).logits : step.student.logits,
  probe: pictures,
});
