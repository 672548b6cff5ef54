/** Further data sets of the set-up: where they come from, what is in them, and what they share with the first. */
import { DATA_ROLES, type DataRole, type OtherConfig } from '../../core/config';
import { count } from '../../core/format';
import { defaults } from '../../core/params';
import { builtins } from '../../data/builtins';
import type { DatasetSummary } from '../../data/dataset';
import { drawsOf } from '../../data/regimes/index';
import { shifts } from '../../data/shifts/index';
import { useDataset } from '../../state/dataset';
import { removeOther, setOther, useOthers } from '../../state/others';
import { useSetup } from '../../state/setup';
import { ChoiceForm } from '../controls/ChoiceForm';
import { FilePick } from '../dropzone/FilePick';
import { Shared } from '../dropzone/Shared';
import { Thumbnails } from '../dropzone/Thumbnails';
import { Icon, IconButton, SelectField } from '../kit';

const TITLES: Readonly<Record<DataRole, string>> = { target: 'Target domain', pool: 'Foreign pool' };
const ABOUT: Readonly<Record<DataRole, string>> = {
  target: 'The same classes elsewhere. Its labels serve tests only.',
  pool: 'Images from elsewhere, whose labels are not used.',
};

const aShift = (): OtherConfig => ({
  source: 'shift',
  id: 'invert',
  params: defaults(shifts.get('invert').params),
});
const aSet = (): OtherConfig => ({
  source: 'builtin',
  id: 'textures',
  params: defaults(builtins.get('textures').params),
});

/** Which images: a shift of the first set, other built-in ones, or the user's own. */
function Source({ role, other }: { readonly role: DataRole; readonly other: OtherConfig }) {
  const options = [
    { value: 'shift', label: 'The first set, changed' },
    ...(role === 'pool' || other.source === 'builtin'
      ? [{ value: 'builtin', label: 'Other built-in images' }]
      : []),
    ...(other.source === 'own' ? [{ value: 'own', label: other.name }] : []),
  ];
  return (
    <>
      <SelectField
        label="Images"
        value={other.source}
        options={options}
        onChange={(source) => {
          if (source !== other.source && source !== 'own')
            setOther(role, source === 'shift' ? aShift() : aSet());
        }}
      />
      {other.source === 'shift' && (
        <ChoiceForm
          label="Change"
          registry={shifts}
          choice={other}
          onChange={(choice) => setOther(role, { source: 'shift', ...choice })}
        />
      )}
      {other.source === 'builtin' && (
        <ChoiceForm
          label="Built-in images"
          registry={builtins}
          choice={other}
          onChange={(choice) => setOther(role, { source: 'builtin', ...choice })}
        />
      )}
      <div className="row pick-row">
        <span className="quiet">Your own:</span>
        <FilePick role={role} />
      </div>
    </>
  );
}

function Content({ role, summary }: { readonly role: DataRole; readonly summary: DatasetSummary }) {
  const first = useDataset((state) => state.current);
  const { train, validation, test } = summary.counts;
  return (
    <div className="data-summary">
      <Thumbnails summary={summary} limit={10} size={25} />
      <p className="quiet number">
        {role === 'target'
          ? `${count(train)} without labels, ${count(validation)} validation, ${count(test)} test`
          : `${count(train + validation + test)} images`}
      </p>
      {summary.warnings.map((warning) => (
        <p key={warning} className="quiet">
          {warning}
        </p>
      ))}
      {role === 'target' && first && <Shared first={first.classNames} second={summary.classNames} />}
    </div>
  );
}

function OtherSet({ role, other }: { readonly role: DataRole; readonly other: OtherConfig }) {
  const found = useOthers((state) => state.others[role]);
  const used = useSetup(({ config }) => drawsOf(config.regimes)?.draws.role === role);
  return (
    <section className="regime stack" aria-label={TITLES[role]}>
      <header className="regime-head">
        <strong>{TITLES[role]}</strong>
        <IconButton small label={`Remove ${TITLES[role]}`} onClick={() => removeOther(role)}>
          <Icon name="close" size={14} />
        </IconButton>
      </header>
      <p className="quiet">{ABOUT[role]}</p>
      <Source role={role} other={other} />
      {found && 'summary' in found && <Content role={role} summary={found.summary} />}
      {found && 'problem' in found && <p className="field-error">{found.problem}</p>}
      {!used && <p className="quiet">Not used: no change of the training images below draws on it.</p>}
    </section>
  );
}

export function OtherSets() {
  const others = useSetup((setup) => setup.config.others);
  const free = DATA_ROLES.filter((role) => !others?.[role]);
  return (
    <section className="stack regimes" aria-label="Further data sets">
      {DATA_ROLES.map((role) => {
        const other = others?.[role];
        return other && <OtherSet key={role} role={role} other={other} />;
      })}
      {free.length > 0 && (
        <SelectField
          label="Add a second data set"
          value=""
          options={[
            { value: '', label: others ? 'And also …' : 'None' },
            ...free.map((role) => ({ value: role, label: TITLES[role] })),
          ]}
          onChange={(role) => {
            const wanted = DATA_ROLES.find((one) => one === role);
            if (wanted) setOther(wanted, aShift());
          }}
          help="Another domain to adapt to, or images from elsewhere to learn from. Your own can also be dropped: the preview asks what they are for."
        />
      )}
    </section>
  );
}
