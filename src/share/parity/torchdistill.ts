/**
 * A student's training as a configuration of torchdistill 1.x (https://github.com/yoshitomo-matsubara/torchdistill,
 * `configs/sample` and `examples/torchvision/image_classification.py`).
 */
import type { Choice, OptimizerValues, StudentConfig } from '../../core/config';

/** Names of the inner layers of teacher and student. */
export interface Hooks {
  readonly teacher: readonly string[];
  readonly student: readonly string[];
}

interface Given {
  readonly student: StudentConfig;
  readonly teacher: Choice;
  readonly hooks: Hooks;
  readonly batchSize: number;
  readonly epochs: number;
  readonly steps: number;
}

/** JSON is YAML. */
const flow = (value: unknown): string => JSON.stringify(value);

const CLASSES = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' } as const;

function optimizer({ kind, rate, momentum, nesterov, weightDecay, clip }: OptimizerValues): string {
  const sgd = { momentum, nesterov: nesterov && momentum > 0 };
  const kwargs = { lr: rate, weight_decay: weightDecay, ...(kind === 'sgd' ? sgd : {}) };
  return `key: '${CLASSES[kind]}'
    kwargs: ${flow(kwargs)}${clip > 0 ? `\n    max_grad_norm: ${clip}` : ''}`;
}

/** torchdistill's own loss where it computes the same; with no weight on the labels it leaves out T squared. */
function criterion({ student: { method }, hooks, steps }: Given): string {
  const { temperature, ceWeight, kdWeight, divergence } = method.params;
  const own = method.id === 'kd' && divergence === 'forward' && Number(ceWeight) > 0;
  if (!own)
    return `key: 'CondenserLoss'
            kwargs:
              method: '${method.id}'
              params: ${flow(method.params)}
              total_steps: ${steps}
              teacher_taps: ${flow(hooks.teacher)}
              student_taps: ${flow(hooks.student)}`;
  return `key: 'KDLoss'
            kwargs:
              student_module_path: '.'
              student_module_io: 'output'
              teacher_module_path: '.'
              teacher_module_io: 'output'
              temperature: ${temperature}
              alpha: ${ceWeight}
              beta: ${kdWeight}
              reduction: 'batchmean'`;
}

const dataset = (id: string, name: string, augmented: boolean): string => `  ${id}: !import_call
    key: 'condenser_data.Images'
    init:
      kwargs: ${flow({ name, augmented })}`;

const loader = (id: string, sampler: string, batch: number, dropLast: boolean): string => `
    dataset_id: '${id}'
    sampler:
      class_or_func: !import_get
        key: 'torch.utils.data.${sampler}'
      kwargs:
    kwargs: ${flow({ batch_size: batch, num_workers: 4, pin_memory: true, drop_last: dropLast })}`;

const role = (taps: readonly string[], learns: boolean): string => `
    forward_proc: 'forward_batch_only'
    sequential: []
    frozen_modules: []
    forward_hook:
      input: []
      output: ${flow([...taps.map((name) => `taps.${name}`), 'embedding'])}
    wrapper: '${learns ? 'DistributedDataParallel' : 'DataParallel'}'
    requires_grad: ${learns ? 'True' : 'False'}`;

/** For a method with a frozen teacher. The teacher's weights are those `train.py` saves. */
export function torchdistillYaml(given: Given): string {
  const { student, teacher, hooks, batchSize, epochs, steps } = given;
  return `# ${student.method.id} as a torchdistill configuration. First: python train.py, which trains teacher.pt. Then:
#   PYTHONPATH=. python image_classification.py --config torchdistill-${student.key}.yaml
# with that file from torchdistill's examples/torchvision. It keeps the student with the best validation accuracy,
# where train.py and Condenser keep the last one.
dependencies:
  - name: 'condenser_torchdistill'

datasets:
${dataset('train', 'train', true)}
${dataset('validation', 'validation', false)}
${dataset('test', 'test', false)}

models:
  teacher_model:
    key: 'condenser'
    kwargs: ${flow({ model: teacher })}
    src_ckpt: 'teacher.pt'
  student_model:
    key: 'condenser'
    kwargs: ${flow({ model: student.model })}
    src_ckpt:
    dst_ckpt: 'torchdistill-${student.key}.pt'

train:
  log_freq: 50
  num_epochs: ${epochs}
  train_data_loader:${loader('train', 'RandomSampler', batchSize, true)}
    cache_output:
  val_data_loader:${loader('validation', 'SequentialSampler', 256, false)}
  teacher:${role(hooks.teacher, false)}
  student:
    adaptations:${role(hooks.student, true)}
  optimizer:
    ${optimizer(student.optimizer)}
  scheduler:
    key: 'LambdaLR'
    kwargs:
      lr_lambda: !import_call
        key: 'condenser_data.Schedule'
        init:
          kwargs: ${flow({ optimizer: student.optimizer, total: steps })}
    scheduling_step: 1
  criterion:
    key: 'WeightedSumLoss'
    kwargs:
      sub_terms:
        ${student.method.id}:
          criterion:
            ${criterion(given)}
          weight: 1.0

test:
  test_data_loader:${loader('test', 'SequentialSampler', 256, false)}
`;
}
