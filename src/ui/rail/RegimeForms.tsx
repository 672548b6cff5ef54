/** Which training images students and teacher see: the chosen regimes with their forms, and what they leave. */
import { orderedRegimes, regimes } from '../../data/regimes/index';
import { addRegime, removeRegime, setRegime, useRegimes } from '../../state/regimes';
import { useSetup } from '../../state/setup';
import { ParamForm } from '../controls/ParamForm';
import { Icon, IconButton, SelectField } from '../kit';
import { ClassBars } from '../panels/ClassBars';
import { regimeSentences } from '../panels/regime-words';

function Preview() {
  const { preview, error } = useRegimes();
  if (error) return <p className="field-error">{error}</p>;
  if (!preview) return null;
  return (
    <div className="regime-preview">
      <ClassBars {...preview} />
      {regimeSentences(preview).map((sentence) => (
        <p key={sentence} className="quiet">
          {sentence}
        </p>
      ))}
    </div>
  );
}

export function RegimeForms() {
  const chosen = useSetup((setup) => setup.config.regimes);
  const free = orderedRegimes.filter(({ id }) => chosen.every((choice) => choice.id !== id));
  return (
    <section className="stack regimes" aria-label="Regimes">
      {chosen.map(({ id, params }) => {
        const regime = regimes.get(id);
        return (
          <div key={id} className="regime">
            <header className="regime-head">
              <strong title={regime.deviations}>{regime.name}</strong>
              <IconButton small label={`Remove ${regime.name}`} onClick={() => removeRegime(id)}>
                <Icon name="close" size={14} />
              </IconButton>
            </header>
            <p className="quiet">{regime.summary}</p>
            <ParamForm
              schema={regime.params}
              values={params}
              onChange={(key, value) => setRegime(id, key, value)}
            />
          </div>
        );
      })}
      {chosen.length > 0 && <Preview />}
      {free.length > 0 && (
        <SelectField
          label="Change the training images"
          value=""
          options={[
            { value: '', label: chosen.length > 0 ? 'And also …' : 'As they are' },
            ...free.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(id) => {
            if (id) addRegime(id);
          }}
          help="Other classes for the teacher, pruning, wrong labels, a long tail, few shots, few labels, another domain. Validation and test images keep their labels."
        />
      )}
    </section>
  );
}
