import { accuracyOver, defineTrial } from './kit';

/** Each attribute of the generated shapes in turn is the target; the others are tasks to learn from. */
const target = (label: string) => [`--set`, `dataset.params.label=${label}`];

const form = (form: string, name: string) => ({ method: 'scalearn', name, params: { form } });
const other = (transfer: string, name: string) => ({ method: 'scalearn', name, params: { transfer } });

const adapterOnly = accuracyOver('adapter');

export default defineTrial({
  id: 'scalearn',
  question: 'With 16 labels, does learning how strongly to mix other tasks’ adapters beat one’s own adapter?',
  options: [
    ...[
      '--dataset',
      'shapes',
      '--size',
      '12',
      '--set',
      'dataset.params.count=1500',
      '--regime',
      'multi-task',
    ],
    ...['--set', 'teacher.model.params.width=4', '--set', 'teacher.epochs=1', '--set', 'training.epochs=15'],
  ],
  settings: {
    shape: target('shape'),
    colour: target('colour'),
    texture: target('texture'),
    position: target('position'),
  },
  rows: {
    adapter: other('adapter', 'Own adapter only'),
    scalearn: { method: 'scalearn' },
    'scalearn-pp': form('scalearn++', 'ScaLearn++'),
    uniform: form('uniform', 'ScaLearn Uniform'),
    'uniform-pp': form('uniform++', 'ScaLearn Uniform++'),
    softmax: { method: 'scalearn', name: 'Scales by softmax', params: { joined: 'softmax' } },
    fusion: other('fusion', 'AdapterFusion'),
    all: other('all', 'Whole network'),
    'labels-only': { method: 'labels-only', name: 'Single task, from nothing' },
  },
  baseline: 'adapter',
  numbers: {
    learnt: { name: 'Numbers learnt, log10', format: 'plain', panel: 'trade', at: [0, 0] },
  },
  claims: {
    scalearn: accuracyOver('adapter', 'fusion', 'all', 'labels-only', 'softmax'),
    'scalearn-pp': adapterOnly,
    uniform: adapterOnly,
    'uniform-pp': adapterOnly,
  },
});
