import { dataSchema } from '../../core/config';
import { count } from '../../core/format';
import { builtins } from '../../data/builtins';
import type { DatasetSummary } from '../../data/dataset';
import { ready } from '../../share/catalogue';
import { useDataset } from '../../state/dataset';
import { edit, useSetup } from '../../state/setup';
import { ChoiceForm } from '../controls/ChoiceForm';
import { ParamForm } from '../controls/ParamForm';
import { PickButtons } from '../dropzone/PickButtons';
import { Thumbnails } from '../dropzone/Thumbnails';
import { Button } from '../kit';
import { OtherSets } from './OtherSets';
import { RegimeForms } from './RegimeForms';

function Summary({ summary }: { summary: DatasetSummary }) {
  const { train, validation, test } = summary.counts;
  return (
    <div className="data-summary">
      <Thumbnails summary={summary} limit={10} size={25} />
      <p className="quiet number">
        {summary.classNames.length} classes · {count(train)} train, {count(validation)} validation,{' '}
        {count(test)} test
      </p>
    </div>
  );
}

function OwnData({ name }: { name: string }) {
  return (
    <div className="own-data">
      <p>
        <strong>{name === 'own images' ? 'Your images' : name}</strong>
      </p>
      <Button size="small" onClick={() => edit((c) => ({ ...c, dataset: ready.dataset }))}>
        Use built-in data
      </Button>
    </div>
  );
}

/** Which images are used, and how they are cut and split. */
export function DataSection() {
  const dataset = useSetup((setup) => setup.config.dataset);
  const data = useSetup((setup) => setup.config.data);
  const current = useDataset((state) => state.current);
  const error = useDataset((state) => state.error);
  return (
    <div className="stack">
      {current && <Summary summary={current} />}
      {error && <p className="field-error">{error}</p>}
      {dataset.source === 'own' ? (
        <OwnData name={dataset.name} />
      ) : (
        <ChoiceForm
          label="Built-in images"
          registry={builtins}
          choice={dataset}
          onChange={(choice) => edit((c) => ({ ...c, dataset: { source: 'builtin', ...choice } }))}
        />
      )}
      <PickButtons />
      <ParamForm
        schema={dataSchema}
        values={data}
        onChange={(key, value) => edit((c) => ({ ...c, data: { ...c.data, [key]: value } }))}
      />
      <OtherSets />
      <RegimeForms />
    </div>
  );
}
