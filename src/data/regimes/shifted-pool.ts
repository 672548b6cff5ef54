import { defineRegime, refuseBeside } from './kit';

export default defineRegime({
  id: 'shifted-pool',
  name: 'Shifted pool',
  summary:
    'The teacher trains on the first set; students never see it, only the pool’s images without labels.',
  paper: {
    title: 'Learning Student Networks in the Wild',
    authors: 'Hanting Chen, Tianyu Guo, Chang Xu, Wenshuo Li, Chunjing Xu, Chao Xu, Yunhe Wang',
    venue: 'CVPR',
    year: 2021,
    url: 'https://openaccess.thecvf.com/content/CVPR2021/html/Chen_Learning_Student_Networks_in_the_Wild_CVPR_2021_paper.html',
  },
  fidelity: 'adapted',
  deviations:
    'Only the setting is the paper’s: a teacher whose training data cannot be had, and images from elsewhere. Which of them are worth learning from is the method’s business. Validation and test images are the first set’s. A pool that is a shift of the first set holds its training images only.',
  order: 0.8,
  params: {},
  pools: true,
  draws: { role: 'pool', only: true },
  refuses: (_params, around) => refuseBeside('full', around),
  select: () => ({}),
});
