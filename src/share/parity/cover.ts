/** What the Python files can do, and what not. Small, so that the page can say so before anything is fetched. */
import type { Config, StudentConfig } from '../../core/config';
import { methods } from '../../methods/index';
import { models } from '../../models/index';

/** Methods whose losses are written for PyTorch and held to reference values. */
export const COVERED: ReadonlySet<string> = new Set([
  ...['at', 'bd-kd', 'born-again', 'data-pruning-kd', 'dist', 'dkd', 'dml', 'kd', 'kdcl', 'label-smoothing'],
  ...['labels-only', 'lskd', 'mlkd', 'ps-kd', 'rkd', 'sinkd', 'sp'],
]);

/** Models whose layers are written for PyTorch and held to the same logits. */
export const MODELS: ReadonlySet<string> = new Set(['cnn', 'mlp', 'mobile', 'resnet', 'vit']);

/** Methods with a frozen teacher, which a torchdistill configuration can train too. */
export const asksTeacher = (student: StudentConfig): boolean =>
  (methods.get(student.method.id).roles?.teacher ?? 'frozen') === 'frozen';

/** Why there is no Python file for a student; empty when there is one. */
export function notCovered({ method, model }: StudentConfig, teacher: Config['teacher']): string {
  const card = methods.get(method.id);
  if (!COVERED.has(method.id)) return `${card.name} is not written for PyTorch yet.`;
  if (method.id === 'mlkd' && method.params['form'] !== 'single')
    return `${card.name} is written for PyTorch with one view only.`;
  if (method.id === 'kdcl' && method.params['rule'] === 'general')
    return `${card.name} is written for PyTorch with the other rules only.`;
  if (!MODELS.has(model.id)) return `${models.get(model.id).name} is not written for PyTorch yet.`;
  if ((card.roles?.teacher ?? 'frozen') === 'none') return '';
  if (!MODELS.has(teacher.model.id))
    return `${models.get(teacher.model.id).name} is not written for PyTorch yet.`;
  if (teacher.mode === 'online')
    return 'A teacher that trains beside the students is not written for PyTorch yet.';
  return teacher.mode === 'saved' ? 'A saved teacher is not part of the set-up.' : '';
}
