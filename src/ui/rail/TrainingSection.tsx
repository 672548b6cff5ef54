import { trainingSchema } from '../../core/config';
import { edit, useSetup } from '../../state/setup';
import { ParamForm } from '../controls/ParamForm';

/** What all learners share: epochs, batch size, augmentation. */
export function TrainingSection() {
  const training = useSetup((setup) => setup.config.training);
  return (
    <ParamForm
      schema={trainingSchema}
      values={training}
      onChange={(key, value) => edit((c) => ({ ...c, training: { ...c.training, [key]: value } }))}
    />
  );
}
