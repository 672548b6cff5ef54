import { defineMethod } from './kit';
import { advise } from './know2vec/advise';
import { labelsLoss, matching, teaching } from './know2vec/lessons';
import { blank, type Extras, grow, type Memory, prepare } from './know2vec/memory';
import { panels } from './know2vec/panels';
import { params, seats } from './know2vec/params';
import { pictures } from './know2vec/pictures';
import { study } from './know2vec/study';
import { zooLoss } from './know2vec/zoo';

/** Shang et al. 2025: networks and questions as vectors of one space, without a look inside the networks. */
export default defineMethod({
  id: 'know2vec',
  name: 'Know2Vec',
  family: 'multi-teacher',
  paper: {
    title: 'Know2Vec: A Black-Box Proxy for Neural Network Retrieval',
    authors: 'Zhuoyi Shang, Yanwei Liu, Jinxia Liu, Xiaoyan Gu, Ying Ding, Xiangyang Ji',
    venue: 'AAAI',
    year: 2025,
    url: 'https://arxiv.org/abs/2412.16251',
  },
  summary:
    'A zoo of networks that only answer: images typical of them and images on their borders become a vector, a few images of yours another, and the nearest network teaches.',
  formula: String.raw`L_{rank} = \tfrac12\,\overline{[\gamma + \max_{i:\,t_i\ne t_j} q_i^\top m_j - q_j^\top m_j]_+} + \tfrac12\,\overline{[\gamma + \max_{j:\,t_i\ne t_j} q_i^\top m_j - q_i^\top m_i]_+} + \mathrm{CE}(h(v),t),\quad m = v/|v|`,
  fidelity: 'adapted',
  deviations:
    'The released code loads boundary images without making them; here the straight way between two typical images is halved by labels alone, and codes are means over the surest images. The encoder is the run’s teacher, its codes brought to one length (released: an ImageNet network). LSTMs have 32 units and begin at zero (released: 256 to 1000, random states). The ranking loss has a margin and leaves pairs of one task out; the released one and the transferability form can be chosen. The zoo is trained in the run, side by side: networks of one form and about 1,500 weights, on random classes of changed images; kept networks join if they tell as many classes apart, and the ranking never learns from them. Ours, too: the run’s classes ask in groups, outputs get their meaning from the labels of the query as in LEEP, and what is found teaches the student.',
  params,
  terms: {
    labels: 'Labels',
    zoo: 'Zoo',
    rank: 'Ranking',
    task: 'Tasks told apart',
    teach: 'Chosen networks',
  },
  roles: { trained: true, reads: () => 'features', seats },
  phases: ({ train, match }) => ({
    zoo: { label: 'The zoo learns', share: train, extras: 'zoo/' },
    match: { label: 'The ranking learns', share: match, extras: 'encoder/' },
    teach: { label: 'The chosen teach', share: 1 - train - match, trains: ['student'] },
  }),
  panels,
  extras: (build, given): Extras => grow(build, given),
  prepare: (pass, values): Promise<Memory> => prepare(pass, values),
  blank,
  async begin(phase, pass, memory, values) {
    if (phase === 'match') await study(pass, memory, values);
    if (phase === 'teach') await advise(pass, memory, values);
  },
  losses(step) {
    const { ops, phase, extras, memory, images, targets, index } = step;
    const none = ops.scalar(0);
    const terms = { labels: labelsLoss(step), zoo: none, rank: none, task: none, teach: none };
    if (phase === 'match') {
      const { rank, head } = matching(step);
      return { ...terms, rank, task: head };
    }
    if (phase === 'teach') return { ...terms, teach: ops.mul(teaching(step), step.params.weight) };
    const shown = ops.slice(memory.use.read(index), [0, 0], [-1, 1]);
    const { tasks, zoo } = memory;
    return { ...terms, zoo: zooLoss(ops, { nets: extras.nets, tasks, zoo }, images, targets, shown) };
  },
  probe: pictures,
});
